"""What users and this project test with: a mock provider that needs no network."""

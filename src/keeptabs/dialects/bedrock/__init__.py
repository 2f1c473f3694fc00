"""Amazon Bedrock's own formats: Converse, InvokeModel for the models of each vendor, and counting tokens."""

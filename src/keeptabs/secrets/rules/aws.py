"""Keys of AWS: of Bedrock, and the pairs that open everything else."""

from functools import partial

from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules._sources import CHECKED, betterleaks

_IAM = "https://console.aws.amazon.com/iam/home#/security_credentials"
_HOST = "YmVkcm9jay5hbWF6b25hd3MuY29t"  # bedrock.amazonaws.com: the key is a signed URL in base64
_aws = partial(Rule, provider="AWS", revoke=_IAM, checked=CHECKED)

RULES = (
    _aws(
        id="bedrock-long-term-key",
        name="long-term key of Bedrock",
        forms=("ABSK{base64:109-269}{pad:0-2}",),
        source=betterleaks("aws-amazon-bedrock-api-key-long-lived"),
        revoke="https://us-east-1.console.aws.amazon.com/bedrock/home#/api-keys",
        entropy=4.0,
        near_misses=("ABSK{base64:40}", "ABSK_{upper:20}"),
    ),
    _aws(
        id="bedrock-short-term-key",
        name="short-term key of Bedrock",
        forms=(f"bedrock-api-key-{_HOST}{{base64:100+}}{{pad:0-2}}",),
        source=betterleaks("aws-amazon-bedrock-api-key-short-lived"),
        entropy=0,
        near_misses=("bedrock-api-key-{letter:12}", "bedrock-api-key-{base64:20}"),
    ),
    _aws(
        id="aws-access-key-id",
        name="access key id",
        forms=("AKIA{base32:16}", "ASIA{base32:16}", "ABIA{base32:16}", "ACCA{base32:16}", "A3T{upper:1}{base32:16}"),
        level=Level.WARN,  # it names a key, and opens nothing without its secret
        source=betterleaks("aws-access-token"),
        entropy=2.4,
        near_misses=("AKIA{base32:12}", "AIDA{base32:16}", "AROA{base32:16}"),
    ),
    _aws(
        id="aws-secret-access-key",
        name="secret access key",
        forms=("{base64:40}",),
        tier=Tier.C,
        words=("aws_secret", "aws-secret", "awssecret", "secret_access_key", "secret-access-key", "secretaccesskey"),
        source=betterleaks("aws-secret-access-key"),
        entropy=4.1,  # more than 40 hexadecimal digits can have
        near_misses=("{hex:40}", "{base64:39}", "{base64:64}"),
    ),
)

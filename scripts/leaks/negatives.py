"""Files with no key in them that look as if they had one: made up, each kind many times over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from random import Random

from keeptabs.pricing import load
from keeptabs.secrets.form import Hole, example, parts
from keeptabs.secrets.rule import Rule
from leaks.case import Case
from leaks.chance import seeded
from leaks.names import named

COPIES = 25  # of each form in a family
_UUID = "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"

# Path and forms, in the notation of the rules; one file a form and copy.
FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "hashes": (
        "SHA256SUMS",
        (
            "{hex:64}  release-{digit:2}.tar.gz\n",
            "{hex:128} *wheel-{digit:2}.whl\n",
            "MD5 (archive-{digit:2}.zip) = {hex:32}\n",
            "commit {hex:40}\nAuthor: A <a@example.com>\n",
            'integrity="sha512-{base64:86}=="\n',
            "FROM python@sha256:{hex:64}\n",
            "uses: actions/checkout@{hex:40}\n",
            "etag: W/{HEX:32}\n",
        ),
    ),
    "UUIDs": (
        "ids.json",
        (
            f'{{"request_id": "{_UUID}"}}\n',
            f"trace {_UUID} span {{hex:16}}\n",
            f"tenant={_UUID}&client={_UUID}\n",
            "00-{hex:32}-{hex:16}-01\n",
            f'  "project": "{_UUID}",\n',
        ),
    ),
    "lock files": (
        "poetry.lock",
        (
            '    {{file = "openai-{digit:1}.tar.gz", hash = "sha256:{hex:64}"}},\n',
            '[[package]]\nname = "cohere"\nversion = "5.{digit:1}"\nchecksum = "{hex:64}"\n',
            '[[package]]\nname = "mistralai"\nwheels = [{{ hash = "sha256:{hex:64}", size = {digit:5} }}]\n',
            "groq==0.{digit:1} --hash=sha256:{hex:64}\n",
            "wandb @ git+https://github.com/wandb/wandb@{hex:40}\n",
            '"deepgram-sdk@^3": version "3.{digit:1}"\n  resolved "https://registry.yarnpkg.com/x.tgz#{hex:40}"\n',
            '"node_modules/cohere-ai": {{"integrity": "sha512-{base64:86}=="}}\n',
            "github.com/pinecone-io/go-pinecone v1.{digit:1} h1:{base64:43}=\n",
        ),
    ),
    "minified JavaScript": (
        "bundle.min.js",
        (
            "!function(e,t){{var {letter:2}=t[{digit:3}],sk_{letter:4}_{letter:9}=e.exports={digit:1}}}(this);\n",
            'e.d(t,"{alnum:32}",(function(){{return pa_{letter:6}_{alnum:12}}}));//# source={hex:20}.js.map\n',
            '{{"hf_{letter:8}_{letter:10}_{letter:12}":"{alnum:22}","mappings":"{base64:200}"}}\n',
        ),
    ),
    "base64": (
        "image.html",
        (
            '<img src="data:image/png;base64,iVBORw0KGgo{base64:400}="/>\n',
            '"image/png": "iVBORw0KGgo{base64:300}\\n",\n',
            "sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjoz{base64:300}\n",
            "-----BEGIN CERTIFICATE-----\nMII{base64:61}\n{base64:64}\n-----END CERTIFICATE-----\n",
            "ssh-rsa AAAAB3NzaC1yc2E{base64:330}== a@example.com\n",
        ),
    ),
    "identifiers of requests and objects": (
        "trace.json",
        (
            '{{"id": "chatcmpl-{alnum:29}", "system_fingerprint": "fp_{hex:10}"}}\n',
            '{{"id": "resp_{hex:50}", "object": "response"}}\n',
            '{{"id": "msg_{alnum:24}", "content": [{{"id": "toolu_{alnum:24}"}}]}}\n',
            '{{"tool_call_id": "call_{alnum:24}", "run": "run_{alnum:24}"}}\n',
            '{{"assistant": "asst_{alnum:24}", "thread": "thread_{alnum:24}", "file": "file-{alnum:24}"}}\n',
            "x-request-id: req_{hex:32}\nopenai-organization: org-{alnum:24}\nopenai-project: proj_{alnum:24}\n",
            '{{"id": "gen-{digit:10}-{alnum:20}", "provider": "openrouter"}}\n',
            "ft:gpt-4o-mini-2024-07-18:acme:{letter:8}:{alnum:8}\n",
            '{{"id": "batch_{hex:32}", "output_file_id": "file-{alnum:22}"}}\n',
            '{{"model": "mistral-large", "id": "cmpl-{hex:32}"}}\n',
        ),
    ),
    "names in programs": (
        "view.py",
        (
            '<div id="sk-container-id-{digit:2}" class="sk-top-container"><div class="sk-estimator-doc-link fitted">\n',
            "gsk_render_node_get_bounds_{letter:12}_{letter:14}_{letter:12}(node);\n",
            "hf_hub_download_{letter:10}_{letter:12}(repo_id)\n",
            'model="pplx-{digit:2}b-online"\n',
            "from tests import test_sk_{letter:14}_{letter:12}_{letter:9}\n",
            "r8_{letter:9}_{letter:12}_{letter:14} = xai_{letter:8}_{letter:9}\n",
            ".sk-fading-circle-{digit:2} .sk-circle-before {{ animation-delay: -{digit:2}s }}\n",
            "task-{letter:12}-risk-{letter:12}-disk-{letter:14}\n",
        ),
    ),
}
_FILLERS = ("x", "X", "0", "*", "abcdefghijklmnopqrstuvwxyz", "1234567890", "your-api-key-", "EXAMPLE")
_SHORT = ("...", "…", "<your-key>", "your-api-key-here", "xxxx", "***", "REDACTED", "$KEY", "{key}", "changeme")
_INDIRECT = (
    'client = Client(api_key=os.environ["@"])\n',
    "client = Client(api_key=settings.@)\n",
    "@=${@}\n",
    "  @: ${{ secrets.@ }}\n",
    "const key = process.env.@ ?? throwMissingKey();\n",
    'export @="$(op read op://vault/llm/credential)"\n',
    "@={{ lookup('env', '@') }}\n",
    'api_key = get_secret_value("@").get_secret_value()\n',
    "@=\n",
    "@: str = Field(default_factory=default_api_key_provider)\n",
)


def negatives(rules: Sequence[Rule]) -> Iterator[Case]:
    """All of them; the same rules give the same."""
    for family, (path, forms) in FAMILIES.items():
        for form in forms:
            for copy in range(COPIES):
                yield Case(family, path, made(form, seeded(family, form, copy)).encode())
    kinds: dict[str, Callable[[Sequence[Rule]], Iterable[tuple[str, str]]]] = {
        "placeholders": placeholders,
        "masked keys": masked,
        "where the key is from": indirect,
        "near misses of the rules": near_misses,
        "names of models": models,
    }
    for family, make in kinds.items():
        yield from (Case(family, path, text.encode()) for path, text in make(rules))


def made(form: str, random: Random) -> str:
    """A text with its holes filled; braces that are no holes are written twice."""
    return example(form.replace("{{", "\x01").replace("}}", "\x02"), random).replace("\x01", "{").replace("\x02", "}")


def placeholders(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """What documents show in a key's place: its form filled with a filler, or its beginning and some words."""
    for rule in rules:
        name = named(rule.provider).variable
        for form in rule.forms:
            yield from (("README.md", f"    {name}={filled(form, filler)}\n") for filler in _FILLERS)
        start = parts(rule.forms[0])[0]
        begin = start if isinstance(start, str) and not start.startswith("-----") else ""
        yield from ((".env.example", f'{name}="{begin}{short}"\n') for short in _SHORT)


def filled(form: str, filler: str) -> str:
    """A form whose holes are filled with the same over and over."""
    letters = cycle(filler)
    return "".join(p if isinstance(p, str) else "".join(islice(letters, _length(p))) for p in parts(form))


def _length(hole: Hole) -> int:
    return hole.least if hole.open else hole.most


def masked(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Keys of which only the ends are shown, as logs and settings pages have them."""
    for rule in rules:
        for count in range(6):
            key = example(rule.forms[0], seeded("masked", rule.id, count))
            middle = ("...", "…", "*" * (len(key) - 12), "•" * 12, "[redacted]", "X" * (len(key) - 12))[count]
            yield "app.log", f"{rule.provider.lower()} key {key[:8]}{middle}{key[-4:]} was refused\n"


def indirect(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Lines that say where the key is to be had."""
    for name in sorted({named(rule.provider).variable for rule in rules}):
        yield from (("app.py", line.replace("@", name)) for line in _INDIRECT)


def near_misses(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """What each rule's own table says is none, away from any word of the provider."""
    for rule in rules:
        for form in rule.near_misses:
            for copy in range(4):
                yield "data.txt", f"value: {example(form, seeded(rule.id, form, copy))}\n"


def models(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Every model of the price book, as it is asked for."""
    books = [book for book in map(load.base, load.providers()) if book is not None]
    names = {model.id for book in books for model in book.models}
    yield from (("models.yaml", f"model: {name}\ntemperature: 0\n") for name in sorted(names))

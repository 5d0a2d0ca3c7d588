"""The built functions in the real Lambda runtime: AWS's interface emulator, AWS's runtime client, our artifacts.

Nothing but the artifact and its layers can be imported there, as in Lambda; AWS is moto, with the resources of
template.yaml.
"""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from local.aws.resources import ACCOUNT, CREDENTIALS, REGION, STACK, Account, Resources, create
from local.aws.rights import Rights
from local.aws.server import AwsServer, Call
from local.aws.template import translate
from tests.machine import ROOT, runtime_emulator

# The emulator answers an invocation when the function has; a start that imports everything is well within this.
ANSWERS_WITHIN = 60.0
OWN_LAYERS = {"clock": ["DocumentsLayer"], "storefront": ["PagesLayer"]}
"""What a function carries besides the two layers of all (tests/unit/house/test_template.py holds it)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.runtime)


def sam_build(checkout: Path, target: Path, *what: str, architecture: str | None = None) -> Path:
    """Run `sam build` and return the folder of the artifacts."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if architecture is not None:
        environment["SEBA_BUILD_ARCHITECTURE"] = architecture
    done = subprocess.run(
        [
            Path(sys.executable).parent / "sam",
            "build",
            *what,
            "--template-file",
            checkout / "template.yaml",
            "--config-file",
            checkout / "samconfig.toml",
            "--build-dir",
            target,
        ],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"sam build failed:\n{done.stdout}\n{done.stderr}"
    return target


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything built, with compiled wheels for the machine the tests run on."""
    runtime_emulator()
    return sam_build(ROOT, tmp_path_factory.mktemp("build"), architecture=platform.machine())


class Meta:
    """An address that stands for Meta's API: it takes every message and gives it an id, and it has one photo."""

    PHOTO = b"\xff\xd8\xff\xe0 a photo of a card"

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        """The payloads posted so far."""

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        """Answer as a WSGI application."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path: str = environ["PATH_INFO"]
        if path == "/photo":
            start("200 OK", [("Content-Type", "image/jpeg")])
            return [self.PHOTO]
        if environ["REQUEST_METHOD"] == "POST":
            self.messages.append(json.loads(body))
            answer: dict[str, Any] = {"messages": [{"id": f"wamid.{len(self.messages)}"}]}
        else:
            answer = {
                "id": path.rpartition("/")[2],
                "url": f"http://{environ['HTTP_HOST']}/photo",
                "mime_type": "image/jpeg",
                "file_size": len(self.PHOTO),
            }
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


@dataclass
class Aws:
    """AWS as the functions see it: moto with the resources of template.yaml, and every call that was made."""

    endpoint: str
    resources: Resources
    account: Account
    calls: list[Call]
    timeouts: Mapping[str, float]
    """Seconds that template.yaml gives each function."""

    def made(self, action: str) -> list[Call]:
        """The calls of one action so far."""
        return [call for call in self.calls if call.action == action]

    def environment(self, function: str) -> Mapping[str, str]:
        """The variables that template.yaml gives a function."""
        return self.resources.environments[function]

    def queue_name(self, end: str) -> str:
        """The whole name of the queue whose name ends so."""
        (name,) = [queue.name for queue in self.resources.queues if queue.name.endswith(f"-{end}")]
        return name

    def receive(self, end: str) -> list[str]:
        """The bodies of what waits in a queue, taken out of it."""
        (queue,) = [queue for queue in self.resources.queues if queue.name.endswith(f"-{end}")]
        client = self.account.client("sqs")
        messages = client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]


class served:  # noqa: N801 - read as `with served(application) as address`
    """A WSGI application on a free port of this machine, for as long as the block lasts."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._server = make_server("127.0.0.1", 0, application, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def meta() -> Meta:
    """Meta's API."""
    return Meta()


# Stopped with its module: moto's account is one per process, and other tests empty it.
@pytest.fixture(scope="module")
def aws(meta: Meta) -> Iterator[Aws]:
    """The account, with the secrets that the sample events are signed with and the rights of the template's roles."""
    calls: list[Call] = []
    server = AwsServer(lambda: datetime.now(UTC), calls.append)
    server.empty()
    template = ROOT / "template.yaml"
    with served(server) as endpoint, served(meta) as graph:
        parameters = {"GraphUrl": graph}
        account = Account(endpoint)
        translated = translate(template, parameters, REGION, ACCOUNT, STACK, endpoint)
        secrets = {
            "WebhookSecret": {"app_secret": "local-app-secret", "verify_token": "local-verify-token"},
            "TokenSecret": {"access_token": "local-access-token"},
        }
        resources = create(account, translated, parameters, secrets)
        server.rights = Rights.read(template, resources.environments)
        timeouts = {spec.name: spec.timeout for spec in translated.functions}
        yield Aws(endpoint, resources, account, calls, timeouts)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in held]
    for listener in held:
        listener.close()
    return ports


@pytest.fixture(scope="session")
def runtime_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with AWS's runtime client alone, so that nothing else of this environment can be imported."""
    folder = tmp_path_factory.mktemp("runtime-client")
    for name in ("awslambdaric", "snapshot-restore-py", "simplejson"):
        for file in distribution(name).files or []:
            if file.suffix in {".py", ".so"} and ".." not in file.parts:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), folder / file)
    return folder


@dataclass
class Lambda:
    """One function in one execution environment."""

    address: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def invoke(self, event: object) -> Any:
        """The function's answer to an event; an error of the function fails the test with its log."""
        request = urllib.request.Request(
            f"{self.address}/2015-03-31/functions/function/invocations", json.dumps(event).encode()
        )
        with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN) as response:
            answer = json.loads(response.read() or b"null")
        assert not (isinstance(answer, dict) and "errorMessage" in answer), f"{answer}\n{self.log.read_text()}"
        return answer


@pytest.fixture(scope="module")
def started(
    artifacts: Path, aws: Aws, runtime_client: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Lambda]]:
    """Start a function by its name, with the handler, layers and environment that template.yaml gives it."""
    running: list[Lambda] = []

    def start(name: str) -> Lambda:
        api, runtime_api = free_ports(2)
        code = artifacts / f"{name.capitalize()}Function"
        layers = ["DependenciesLayer", "SebaLayer", *OWN_LAYERS.get(name, [])]
        handler = f"{name}.app.handler"
        log = tmp_path_factory.mktemp(name) / "log"
        environment: Mapping[str, str] = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "AWS_LAMBDA_FUNCTION_NAME": f"seba-runtime-{name}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(int(aws.timeouts[name])),
            "_HANDLER": handler,
            "LAMBDA_TASK_ROOT": str(code),
            "PYTHONPATH": os.pathsep.join(
                [str(code), *(str(artifacts / x / "python") for x in layers), str(runtime_client)]
            ),
            # A module that comes without a compiled one would compile at every cold start: it must not go unseen.
            "PYTHONDONTWRITEBYTECODE": "1",
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": aws.endpoint,
            # By this the account knows whose role a call is made with.
            "AWS_SDK_UA_APP_ID": name,
            **aws.resources.environments[name],
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    runtime_emulator(),
                    "--runtime-interface-emulator-address",
                    f"127.0.0.1:{api}",
                    "--runtime-api-address",
                    f"127.0.0.1:{runtime_api}",
                    sys.executable,
                    "-S",
                    "-m",
                    "awslambdaric",
                    handler,
                ],
                cwd=code,
                env=dict(environment),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        function = Lambda(f"http://127.0.0.1:{api}", log, process)
        running.append(function)
        listening(api, process, log)
        return function

    yield start
    for function in running:
        function.process.terminate()
    for function in running:
        function.process.wait(10)


def listening(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until somebody listens on a port."""
    until = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail(f"the emulator does not listen:\n{log.read_text()}")

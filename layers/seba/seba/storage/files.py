"""Private buckets: photos of identity proofs, lists of the day."""

from typing import TYPE_CHECKING

from seba.storage.errors import as_domain_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Bucket:
    """A private bucket; its default encryption applies. Fits the port ``Files``."""

    def __init__(self, client: "S3Client", name: str) -> None:
        self._client, self._name = client, name

    def put(self, key: str, content: bytes, mime_type: str) -> None:
        """Store; the same key again replaces. Raises NotNow."""
        with as_domain_errors():
            self._client.put_object(Bucket=self._name, Key=key, Body=content, ContentType=mime_type)

    def get(self, key: str) -> bytes:
        """The bytes. Raises NotFound, NotNow."""
        with as_domain_errors():
            return self._client.get_object(Bucket=self._name, Key=key)["Body"].read()

    def delete(self, key: str) -> None:
        """Delete; nothing there is fine. Raises NotNow."""
        with as_domain_errors():
            self._client.delete_object(Bucket=self._name, Key=key)

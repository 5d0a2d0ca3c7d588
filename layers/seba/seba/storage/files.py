"""Private buckets: photos of identity proofs, lists of the day."""

from typing import TYPE_CHECKING

from seba.domain.errors import NotNow
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

    def link(self, key: str, seconds: int) -> str:
        """An address by which anybody can fetch this file for so long; whether there is one is not looked at."""
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._name, "Key": key}, ExpiresIn=seconds
        )

    def delete(self, key: str) -> None:
        """Delete; nothing there is fine. Raises NotNow."""
        with as_domain_errors():
            self._client.delete_object(Bucket=self._name, Key=key)

    def delete_all(self, prefix: str) -> int:
        """Delete everything whose key begins so: how many there were. Raises NotNow, ValueError for an empty prefix."""
        if not prefix:
            raise ValueError("a prefix is needed: nobody deletes a whole bucket")
        deleted = 0
        with as_domain_errors():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix):
                found = [each["Key"] for each in page.get("Contents", [])]
                if found:
                    answer = self._client.delete_objects(
                        Bucket=self._name, Delete={"Objects": [{"Key": key} for key in found], "Quiet": True}
                    )
                    if answer.get("Errors"):
                        raise NotNow(f"{len(answer['Errors'])} files were not deleted")
                deleted += len(found)
        return deleted

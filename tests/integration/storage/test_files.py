import boto3
import pytest
from moto import mock_aws

from seba.domain.errors import NotFound, Unusable
from seba.storage.files import Bucket


@mock_aws
def test_a_file_is_put_read_replaced_and_deleted() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="proofs")
    bucket = Bucket(client, "proofs")
    bucket.put("a/1", b"one", "image/jpeg")
    bucket.put("a/1", b"two", "image/jpeg")
    assert bucket.get("a/1") == b"two"
    assert client.head_object(Bucket="proofs", Key="a/1")["ContentType"] == "image/jpeg"
    for _ in range(2):
        bucket.delete("a/1")
    with pytest.raises(NotFound):
        bucket.get("a/1")


@mock_aws
def test_a_bucket_that_is_missing_needs_an_operator() -> None:
    bucket = Bucket(boto3.client("s3", region_name="us-east-1"), "nowhere")
    with pytest.raises(Unusable):
        bucket.put("a/1", b"one", "image/jpeg")


@mock_aws
def test_everything_under_a_prefix_is_deleted_and_nothing_else() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="proofs")
    bucket = Bucket(client, "proofs")
    for key in ("mita/1", "mita/2", "ravi/1"):
        bucket.put(key, b"photo", "image/jpeg")
    assert bucket.delete_all("mita/") == 2
    assert bucket.delete_all("mita/") == 0
    assert bucket.get("ravi/1") == b"photo"
    with pytest.raises(ValueError, match="prefix"):
        bucket.delete_all("")

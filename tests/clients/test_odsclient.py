"""odsclient, the Python client of many notebooks, downloads our datasets unchanged."""

import csv
import io

import odsclient
import pytest
from odsclient import ODSException


@pytest.fixture
def client(demonstration):
    with_session = odsclient.ODSClient(
        platform_id=None, base_url=demonstration.address, use_keyring=False
    )
    yield with_session
    with_session.session.close()


def read(text, delimiter=";"):
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_whole_dataset_is_downloaded(client, museums):
    got = client.get_whole_dataset("musees-de-france", use_labels_for_header=False)
    assert [row["ref"] for row in read(got)] == [row["ref"] for row in museums]
    assert {row["ville_m"] for row in read(got)} == {row["ville_m"] for row in museums}


def test_labels_and_separator_are_those_asked(client, museums):
    got = client.get_whole_dataset("musees-de-france", csv_separator=",")
    rows = read(got, ",")
    assert [row["Nom officiel"] for row in rows] == [row["nomoff"] for row in museums]


def test_a_file_is_written(client, tmp_path, museums):
    target = tmp_path / "museums.csv"
    client.get_whole_dataset("musees-de-france", use_labels_for_header=False, to_path=target)
    with target.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file, delimiter=";"))) == len(museums)


def test_an_unknown_dataset_is_told(client):
    with pytest.raises(Exception, match="Unknown dataset: no-such-dataset"):
        client.get_whole_dataset("no-such-dataset")


def test_keys_are_known_from_wrong_ones(demonstration, key, museums):
    for said, works in ((key, True), ("wrong", False)):
        client = odsclient.ODSClient(
            platform_id=None, base_url=demonstration.address, apikey=said, use_keyring=False
        )
        try:
            if works:
                assert len(read(client.get_whole_dataset("musees-de-france"))) == len(museums)
            else:
                with pytest.raises(ODSException, match="API key is not valid"):
                    client.get_whole_dataset("musees-de-france")
        finally:
            client.session.close()

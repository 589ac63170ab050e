"""Whatever may be sent to the portal: the languages by atheris, addresses by schemathesis."""

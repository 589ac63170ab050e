"""`cimaise doctor`: is the installation whole, and is every snapshot what it says it is?"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from cimaise.engine.duck import EXCEL, SPATIAL, DuckFailure, extension_file
from cimaise.web.catalog.models import Version
from cimaise.web.catalog.shelf import store


class Command(BaseCommand):
    """Check the installation and re-digest every snapshot; exit 1 when something is wrong."""

    help = "Check the installation and every snapshot's digests."

    def handle(self, *_args: object, **_said: Any) -> None:
        """Say each thing checked; raise CommandError at the end when one was wrong."""
        troubles = [*self.extensions(), *self.database(), *self.front_end(), *self.snapshots()]
        if troubles:
            raise CommandError("\n".join(troubles))
        self.stdout.write(self.style.SUCCESS(_("All is well.")))

    def extensions(self) -> list[str]:
        """DuckDB's extensions come from wheels: nothing is downloaded."""
        missing = []
        for package in (SPATIAL, EXCEL):
            try:
                self.stdout.write(f"{package}: {extension_file(package).name}")
            except DuckFailure as failure:
                missing.append(str(failure))
        return missing

    def database(self) -> list[str]:
        """The catalogue's tables are those of this version."""
        waiting = self.waiting()
        self.stdout.write(_("Catalogue: {vendor}").format(vendor=connection.vendor))
        if waiting:
            return [_("The catalogue's database is not up to date: run `cimaise migrate`.")]
        return []

    def waiting(self) -> bool:
        """Whether the database lacks changes of this version."""
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def front_end(self) -> list[str]:
        """The compiled front end lies where pages look for it."""
        built = settings.PACKAGE / "web/theme/static/cimaise/build"
        if any(built.glob("**/*.js")):
            self.stdout.write(_("Front end: compiled"))
            return []
        return [_("The front end is not compiled: run `make build`.")]

    def snapshots(self) -> list[str]:
        """Every file of every version has the digest its manifest gives."""
        troubles: list[str] = []
        if self.waiting():
            return troubles  # the tables may not be there
        versions = Version.objects.select_related("dataset").order_by("dataset__slug", "number")
        for version in versions:
            found = store().examine(version.dataset.slug, version.snapshot)
            troubles += [f"{version}: {trouble}" for trouble in found]
            self.stdout.write(f"{version}: {_('damaged') if found else _('whole')}")
        return troubles

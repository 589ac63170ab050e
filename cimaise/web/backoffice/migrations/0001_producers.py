"""The group of producers: they may enter the admin; what they may touch is their organisations'."""

from django.db import migrations


def add(apps, schema_editor):
    """Create the group and let it enter the admin."""
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Producers")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailadmin", model="admin"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="access_admin",
        defaults={"name": "Can access Wagtail admin"},
    )
    group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

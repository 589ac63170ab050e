from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_attachments_and_uses'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='dataset',
            index=models.Index(condition=models.Q(('restricted', True)), fields=['slug'], name='restricted_datasets'),
        ),
    ]

"""The addresses of the desk, below Wagtail's admin."""

from django.urls import path

from cimaise.web.backoffice.attachments import AttachmentsPage, DetachPage
from cimaise.web.backoffice.datasets import (
    DatasetPage,
    DatasetsPage,
    DescribePage,
    DiscardPage,
    NewDatasetPage,
)
from cimaise.web.backoffice.uploads import StopPage, UploadPage
from cimaise.web.backoffice.versions import GoBackPage, RejectsFile

urlpatterns = [
    path("", DatasetsPage.as_view(), name="datasets"),
    path("new/", NewDatasetPage.as_view(), name="new"),
    path("<slug:slug>/", DatasetPage.as_view(), name="dataset"),
    path("<slug:slug>/discard/", DiscardPage.as_view(), name="discard"),
    path("<slug:slug>/describe/", DescribePage.as_view(), name="describe"),
    path("<slug:slug>/attachments/", AttachmentsPage.as_view(), name="attachments"),
    path("<slug:slug>/attachments/<int:attachment>/", DetachPage.as_view(), name="detach"),
    path("<slug:slug>/files/<int:upload>/", UploadPage.as_view(), name="upload"),
    path("<slug:slug>/files/<int:upload>/stop/<int:run>/", StopPage.as_view(), name="stop"),
    path("<slug:slug>/versions/<int:number>/serve/", GoBackPage.as_view(), name="go_back"),
    path("<slug:slug>/versions/<int:number>/rejects/", RejectsFile.as_view(), name="rejects"),
]

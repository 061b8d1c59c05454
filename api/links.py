"""A client's links: which are open, a new one, and taking one back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse, QueryDict
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from api import answers, render
from api.acting import given
from api.auth import ProgramRequest
from api.once import Key, act
from api.problems import FieldProblem, Refused
from api.texts import NO_NUL, StageName
from teams.access import Action, fetch_for
from wizard.actions import guest_links
from wizard.actions.fetch import fetch_setup
from wizard.guests import forms, invitations
from wizard.models import GuestInvitation, Setup

router = Router()


class LinkIn(Schema):
    """Stages for the client, or `sign_in` alone; without an address you send the link yourself."""

    stages: Annotated[list[StageName], Field(min_length=1, max_length=20)]
    email: Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)] = ""
    language: Annotated[str, StringConstraints(max_length=10, pattern=NO_NUL)] = ""
    return_to: Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)] = Field(
        "", description="An https address: the client's last page leads there, by a link that shows its host."
    )


@router.get("/setups/{uuid:setup_id}/links", response=answers.Links)
def list_links(request: ProgramRequest, setup_id: UUID) -> answers.Links:
    """The client's links that still let somebody in."""
    found = fetch_setup(request.auth.person, setup_id, archived_too=True, unbound_too=True)
    return render.links(invitations.of_setup(found))


@router.post("/setups/{uuid:setup_id}/links", response={201: answers.NewLink})
def make_link(request: ProgramRequest, setup_id: UUID, sent: LinkIn, key: Key = None) -> HttpResponse:
    """A link that lets the client's admin into stages of this setup."""

    def done() -> answers.NewLink:
        setup = given(request, setup_id, anyhow=True)
        form = _link_form(setup, sent)
        made = guest_links.invite(
            setup,
            request.auth.person,
            form.chosen,
            address=form.address,
            language=form.spoken,
            return_to=sent.return_to,
        )
        return answers.NewLink(
            id=made.invitation.pk,
            link=made.link,
            stages=list(made.invitation.stages),
            subject=made.message.subject,
            message=made.message.text,
            mailed_to=made.address or None,
            expires_at=made.invitation.expires_at,
        )

    return act(request, key, done, 201)


def _link_form(setup: Setup, sent: LinkIn) -> forms.LinkForm:
    """What the page's form takes, and nothing else."""
    data = QueryDict(mutable=True)
    data.setlist("stages", list(sent.stages))
    data["email"], data["language"] = sent.email, sent.language
    form = forms.link_form(setup, forms.sendable(setup), data)
    if not form.is_valid():
        wrong = form.errors.get_json_data()
        raise Refused(
            422,
            "not_valid",
            [FieldProblem(where=field, message=each["message"]) for field in wrong for each in wrong[field]],
        )
    return form


@router.post("/links/{uuid:link_id}/revoke", response=answers.Done)
def revoke_link(request: ProgramRequest, link_id: UUID, key: Key = None) -> HttpResponse:
    """Nobody gets in by this link from now on, and who came by it is out."""

    def done() -> answers.Done:
        person, rows = request.auth.person, GuestInvitation.objects.select_related("setup", "setup__org")
        found = fetch_for(person, Action.CHANGE, rows, team_field="setup__org__team", pk=link_id)
        guest_links.revoke_link(found, person)
        return answers.Done(done=True)

    return act(request, key, done)

"""What all pages of the console have: who may see them, how they are made, and errors as pages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps

from coze_web import current
from coze_web.answers.facts import WEB_ADDRESS
from coze_web.bearer import MAX_TRUSTED_BODY
from coze_web.blueprints.console.session import check_form, form_token, is_signed_in
from coze_web.console_words import words_of
from coze_web.errors import RequestError
from coze_web.inputs import Input
from coze_web.operator import STATUS_OF, check_ids
from coze_web.preferences import chosen_language, chosen_theme, in_language, remember_language
from coze_web.reading import read_values
from coze_web.request_log import note_error
from coze_web.services import services
from coze_web.web import answer_error, handle_errors
from coze_web.words import LANGUAGES
from coze_web.zone import chosen_zone

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from coze_web.errors import CozeWebError, ErrorBody

OPEN = {"sign_in", "enter"}  # to who is not signed in

I = TypeVar("I", bound=Input)  # noqa: E741

bp = Blueprint("console", __name__, url_prefix="/console")


@bp.before_request
def guard() -> AnyResponse | None:
    """Let nobody pass but the operator, and nothing be done but by the console's own forms.

    Raises:
        RequestError: `operator_off`, `signed_out`, `form_expired` or `bad_id`.

    """
    if services().settings.operator_token is None:
        raise RequestError("operator_off")
    if (request.endpoint or "").rpartition(".")[2] in OPEN:
        return None
    if not is_signed_in():
        if request.method == "GET":
            return redirect(url_for(".sign_in"), 303)
        raise RequestError("signed_out")
    # A form has a limit of its own, and Werkzeug's is lower.
    request.max_content_length = request.max_form_memory_size = MAX_TRUSTED_BODY
    if request.method == "POST":
        check_form()
    check_ids()
    return None


@bp.after_request
def keep_apart(response: Response) -> Response:
    """Leave nothing of the console in a cache, let its forms work without a script, and be in nobody's frame."""
    response.headers["Cache-Control"] = "no-store"
    response.content_security_policy.form_action = "'self'"
    response.content_security_policy.frame_ancestors = "'none'"
    return response


def show_error(error: CozeWebError, status: int | None = None) -> Response:
    """Say what went wrong: on a page, or to the console's script as the one error object."""
    if request.is_json:
        return answer_error(error, status or _status_of(error))
    response = page("error", error)
    response.status_code = status or response.status_code
    return response


handle_errors(bp, show_error)


def page(name: str, error: CozeWebError | None = None, **values: object) -> Response:
    """Return one of the templates as a response, in the language, the theme and the time zone of who asked.

    An error is noted, counted and the template's `problem`; the response has its status.
    """
    code, settings, zone = chosen_language(), services().settings, chosen_zone()
    words = words_of(code)
    is_open = settings.operator_token is not None and is_signed_in()
    html = render_template(
        f"coze_web/console/{name}.html",
        **values,
        problem=error and _fault(error),
        words=words,
        common=LANGUAGES[code],
        # Not by `tojson`: that is how the app around us writes JSON.
        script=htmlsafe_json_dumps({**asdict(LANGUAGES[code].script), **words.script}, ensure_ascii=False),
        site=settings.title or LANGUAGES[code].title,
        accent=settings.accent,
        theme=chosen_theme(),
        zone=zone,
        local=partial(_local, zone),
        others=[(in_language(other), LANGUAGES[other]) for other in LANGUAGES if other != code],
        from_unix=_from_unix,
        is_address=_is_address,
        is_open=is_open,
        form_token=form_token() if is_open else "",
    )
    response = make_response(html)
    response.content_language.add(LANGUAGES[code].lang)
    remember_language(response)
    if error:
        response.status_code = _status_of(error)
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
    return response


def asked(kind: type[I], **more: object) -> I:
    """Read what the query says of an input, where fields of a form that were left empty count as not sent.

    Raises:
        RequestError: it names every value that cannot be used.

    """
    said = {name: value for name in kind.model_fields if (value := request.args.get(name, "").strip())}
    return read_values(kind, {**said, **more})


def _fault(error: CozeWebError) -> ErrorBody:
    note_error(error)
    return error.body(chosen_language(), current.request_id())


def _status_of(error: CozeWebError) -> int:
    return STATUS_OF.get(error.code) or error.status


def _from_unix(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # no moment of any year that can be written
        return None


def _local(zone: tzinfo, moment: datetime) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # at the ends of the calendar
        return moment


def _is_address(text: object) -> bool:
    # Who can write into the database, or speak for Coze, can put a script there.
    return bool(WEB_ADDRESS.fullmatch(str(text)))

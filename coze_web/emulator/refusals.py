"""The ways in which Coze, or something in front of it, says no."""

from __future__ import annotations

MESSAGES = {
    4000: "The request is not valid. Please check the parameters.",
    4001: "The chat does not exist or is not yours.",
    4002: "The conversation does not exist or is not yours.",
    4004: "There are more than 100 additional_messages.",
    4007: "stream=false requires auto_save_history=true.",
    4008: "The daily limit of requests is reached.",
    4009: "The system is at capacity. Please try again later.",
    4011: "The token balance is used up.",
    4013: "The model is not available at the moment.",
    4015: "The bot is not published to the channel Agent As API.",
    4016: "A chat is already running in this conversation.",
    4020: "Too many requests a minute.",
    4100: "authentication is invalid",
    4101: "The token you entered is incorrect.",
    4104: "The chat cannot be cancelled in its present state.",
    4200: "Requested resource does not exist.",
    5000: "An internal error occurred.",
    700012006: "access token invalid",
}

# Most refusals travel under status 200: on the cloud only the code is reliable.
UNAUTHORIZED_CODES = {4100, 700012006}


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a defect
    """Coze says no: `code` and `msg` in a JSON envelope, under HTTP `status` (by default the code's usual one)."""

    def __init__(self, code: int, msg: str = "", status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.msg = msg or MESSAGES.get(code, "The emulator was asked to refuse.")
        self.status = status or (401 if code in UNAUTHORIZED_CODES else 200)


class PlainRefusal(Exception):  # noqa: N818 - as above
    """Something in front of Coze says no: a `body` that is not JSON, and no code."""

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers

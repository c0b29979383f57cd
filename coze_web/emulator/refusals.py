"""The ways in which Coze, or something in front of it, says no."""

from __future__ import annotations

MESSAGES = {
    4000: "The request is not valid. Please check the parameters.",
    4001: "The chat does not exist or is not yours.",
    4002: "The conversation does not exist or is not yours.",
    4003: "The meta_data has more than 16 pairs, or one of them is too long.",
    4004: "There are too many additional_messages.",
    4005: "The message does not exist or is not valid.",
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
    4300: "No file was uploaded.",
    4301: "Only one file can be uploaded at a time.",
    4302: "The file is too large.",
    4314: "The run record does not exist.",
    4315: "The run is over, or waits for nothing.",
    5000: "An internal error occurred.",
    6003: "Asynchronous runs need another plan.",
    6039: "A synchronous run cannot be interrupted by a question; use the stream.",
    700012006: "access token invalid",
    720701013: "The workflow failed because of an error of the server. Please try again later.",
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

"""What each fault means to a person: its HTTP status, whether trying again helps, and what to do, in two languages.

Words are ours; numbers are Coze's own codes (Coze API reference, error codes). Coze's texts are never shown.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

Language = Literal["zh", "en"]

COZE_CODE = re.compile("[1-9][0-9]{3,11}")


class Advice(NamedTuple):
    """One row; the texts may hold {placeholders} that the error's facts fill."""

    status: int
    retryable: bool
    zh: str
    en: str


def _again(status: int, zh: str, en: str) -> Advice:
    return Advice(status, retryable=True, zh=zh, en=en)


def _final(status: int, zh: str, en: str) -> Advice:
    return Advice(status, retryable=False, zh=zh, en=en)


_REQUEST = {
    "bad_request": _final(400, "请求无法处理。", "The request cannot be used."),
    "bad_json": _final(400, "请求内容不是有效的 JSON。", "The request body is not valid JSON."),
    "json_too_deep": _final(400, "请求 JSON 的嵌套过深。", "The request JSON is nested too deeply."),
    "not_an_object": _final(400, "请求内容必须是 JSON 对象。", "The request body must be a JSON object."),
    "message_missing": _final(400, "缺少 message 字段。", "The field `message` is missing."),
    "message_not_string": _final(400, "message 必须是字符串。", "`message` must be a string."),
    "message_empty": _final(400, "问题为空，请输入内容。", "The message is empty; please type a question."),
    "message_blank": _final(400, "问题只有空白字符，请输入内容。", "The message is blank; please type a question."),
    "message_too_long": _final(
        400,
        "问题过长：{length} 个字符，上限为 {limit}，请缩短后重试。",
        "The message has {length} characters; the limit is {limit}. Please shorten it.",
    ),
    "message_surrogate": _final(
        400, "问题包含不完整的字符，请重新输入。", "The message holds half of a character; please retype it."
    ),
    "stream_not_boolean": _final(400, "stream 必须是 true 或 false。", "`stream` must be true or false."),
    "invalid_parameter": _final(400, "参数有误：{zh}。", "A parameter cannot be used: {en}."),
    "bad_id": _final(400, "{name} 不是有效的 ID：应为一串十进制数字。", "{name} is no id: it must be decimal digits."),
    "bad_cursor": _final(
        400,
        "cursor 无效：请原样使用上一页的 next_cursor。",
        "The cursor is not valid: use the last page's next_cursor as it is.",
    ),
    "operator_off": _final(
        403,
        "管理接口未启用：请设置环境变量 COZE_WEB_OPERATOR_TOKEN 后重启。",
        "The operator API is off: set COZE_WEB_OPERATOR_TOKEN in the server's environment and restart it.",
    ),
    "operator_token_missing": _final(
        401,
        "请在请求头中提供 Authorization: Bearer <COZE_WEB_OPERATOR_TOKEN>。",
        "Send the header Authorization: Bearer <COZE_WEB_OPERATOR_TOKEN>.",
    ),
    "operator_token_wrong": _final(
        401,
        "管理令牌不正确：应与服务器上的 COZE_WEB_OPERATOR_TOKEN 一致。",
        "The operator token is wrong: it must be the server's COZE_WEB_OPERATOR_TOKEN.",
    ),
    "cross_site": _final(403, "不接受来自其他网站的请求。", "Requests from another website are not accepted."),
    "not_found": _final(404, "没有这个地址。", "There is nothing at this address."),
    "method_not_allowed": _final(405, "该地址不支持这种请求方法。", "This address does not take that method."),
    "body_too_large": _final(413, "请求内容超过 {limit} KiB。", "The request body is larger than {limit} KiB."),
    "unsupported_media_type": _final(
        415, "Content-Type 必须是 application/json。", "The Content-Type must be application/json."
    ),
}

_SERVER = {
    "internal_error": _again(
        500, "服务器出错了，请稍后重试。", "Something went wrong on this server. Please try again later."
    ),
    "not_configured": _final(
        500,
        "本站尚未配置：缺少 {missing}。请网站管理员设置后重启。",
        "This site is not configured: {missing} missing. Its administrator must set it and restart.",
    ),
    "runlog_unavailable": _again(
        503,
        "运行记录暂时无法读取，请检查数据库后重试。",
        "The run log cannot be read right now. Please check its database and try again.",
    ),
    "visitor_left": _final(499, "对方在回答结束前断开了连接。", "The caller left before the end."),
    "rate_limited": _again(
        429,
        "提问太频繁，请在 {retry_after} 秒后重试。",
        "Too many questions. Please try again in {retry_after} s.",
    ),
    "too_many_streams": _again(
        503,
        "当前使用人数过多，请稍后重试。",
        "Too many answers are being written right now. Please try again soon.",
    ),
    "server_restarting": _again(
        503, "服务器正在重启，请稍后重试。", "The server is restarting. Please try again in a moment."
    ),
}

_UPSTREAM = {
    "upstream_unavailable": _again(
        502, "暂时无法连接 Coze，请稍后重试。", "Coze cannot be reached right now. Please try again later."
    ),
    "upstream_timeout": _again(
        504, "Coze 长时间没有回应，请重试。", "Coze has been silent for too long. Please try again."
    ),
    "upstream_too_long": _again(
        504, "回答超过了时间上限，已中断。", "The answer took longer than allowed and was stopped."
    ),
    "upstream_truncated": _again(
        502, "回答在中途断开，内容不完整，请重试。", "The answer was cut off and is incomplete. Please try again."
    ),
    "upstream_malformed": _again(
        502, "收到无法识别的数据，请重试。", "Coze sent data that cannot be read. Please try again."
    ),
    "event_too_large": _final(
        502,
        "Coze 发来的单条数据过大，已中断。",
        "Coze sent a piece of data that is too large; the answer was stopped.",
    ),
    "answer_too_large": _final(
        502,
        "回答过长，已中断。请把问题问得更具体。",
        "The answer grew too long and was stopped. Please ask for less.",
    ),
    "upstream_error": _again(
        502, "Coze 服务出错，请稍后重试。", "Coze answered with an error. Please try again later."
    ),
    "upstream_busy": _again(503, "Coze 繁忙，请稍后重试。", "Coze is busy. Please try again in a moment."),
    "upstream_rate_limited": _again(
        503, "Coze 繁忙，请在 {retry_after} 秒后重试。", "Coze is busy. Please try again in {retry_after} s."
    ),
    "chat_canceled": _again(502, "这次回答被取消了，请重试。", "This answer was cancelled. Please try again."),
    "requires_action": _final(
        502,
        "智能体需要由网页执行一个工具，本站不支持。请联系管理员。",
        "The bot wants this page to run a tool, which is not supported here. Please tell the administrator.",
    ),
}

_TOKEN_REFUSED = _final(
    502,
    "Coze 没有接受本站的访问令牌。请网站管理员检查令牌是否过期、区域（.cn/.com）和权限。",
    "Coze did not accept this site's token. Its administrator must check its expiry, region (.cn/.com) and scopes.",
)
_MISCONFIGURED = _final(
    502,
    "智能体配置有误，请联系网站管理员。",
    "The bot is not set up correctly. Please tell the site's administrator.",
)
_BILLING = _final(
    502,
    "服务因欠费暂停，请联系网站管理员。",
    "The service is suspended for billing reasons. Please tell the site's administrator.",
)
_INVALID = _final(
    502,
    "Coze 没有接受这条消息，请修改后重试。",
    "Coze did not accept this message. Please change it and try again.",
)
_RUN_GONE = _final(502, "找不到这次运行的记录，可能已过保留期。", "There is no record of this run, perhaps no longer.")
_WORKFLOW_UNPUBLISHED = _final(502, "工作流尚未发布。", "The workflow is not published.")
_WORKFLOW_FAILED = _again(
    502, "工作流运行失败，详情见运行记录中的调试链接。", "The workflow failed; the run log has the link to its trace."
)
_WORKFLOW_TIMED_OUT = _again(504, "工作流运行超时，请重试。", "The workflow took too long. Please try again.")
_WORKFLOW_ASKS = _final(
    502,
    "工作流需要中途提问，请改用流式运行（stream: true）。",
    'The workflow has a question to ask: run it with "stream": true.',
)
_BAD_PARAMETERS = _final(
    502,
    "工作流没有接受这些参数，请检查 parameters。",
    "The workflow did not accept these parameters. Please check `parameters`.",
)
_COZE = {
    "4000": _INVALID,
    "4001": _final(502, "这条回复已不存在。", "That reply no longer exists."),
    "4002": _again(502, "会话已失效，请重新提问。", "This conversation is gone. Please ask again."),
    "4003": _INVALID,
    "4004": _INVALID,
    "4005": _INVALID,
    "4006": _final(
        502,
        "找不到该智能体，请联系网站管理员。",
        "The bot was not found. Please tell the site's administrator.",
    ),
    "4007": _MISCONFIGURED,
    "4008": _final(
        503, "今天的使用次数已达上限，请明天再来。", "Today's limit has been reached. Please come back tomorrow."
    ),
    "4009": _UPSTREAM["upstream_busy"],
    "4010": _final(
        502, "问题过长，超出了模型的上限，请缩短。", "The message is too long for the model. Please shorten it."
    ),
    "4011": _final(
        502,
        "额度已用完，请联系网站管理员充值。",
        "The quota is used up. Please tell the site's administrator.",
    ),
    "4012": _MISCONFIGURED,
    "4013": _again(
        503, "模型暂时不可用，请稍后重试。", "The model is unavailable right now. Please try again in a moment."
    ),
    "4014": _final(502, "没有得到回答，请换一种问法。", "There is no answer to this. Please rephrase it."),
    "4015": _final(
        502,
        "智能体尚未发布为 API 服务，请联系网站管理员。",
        "The bot is not published to the API channel. Please tell the site's administrator.",
    ),
    "4016": _again(
        503,
        "上一个问题还在回答中，请稍后重试。",
        "The previous message is still being answered. Please try again soon.",
    ),
    "4019": _BILLING,
    "4020": _UPSTREAM["upstream_busy"],
    "4021": _MISCONFIGURED,
    "4022": _BILLING,
    "4100": _TOKEN_REFUSED,
    "4101": _TOKEN_REFUSED,
    "4102": _final(502, "请求暂时被 Coze 拦截，请稍后再来。", "Coze has blocked this for now. Please come back later."),
    "4105": _INVALID,
    "4104": _final(502, "这次回答已经结束。", "That answer has already ended."),
    "4200": _final(
        502,
        "找不到该智能体或工作流，或区域（.cn/.com）不符。请联系网站管理员。",
        "The bot or workflow was not found, perhaps in the other region (.cn/.com). Please tell the administrator.",
    ),
    "4314": _RUN_GONE,
    "4315": _final(502, "这次运行已经结束。", "This run has already ended."),
    "5000": _UPSTREAM["upstream_error"],
    "6003": _final(502, "当前 Coze 套餐不支持此功能。", "The Coze plan does not include this."),
    "6023": _WORKFLOW_TIMED_OUT,
    "6031": _WORKFLOW_UNPUBLISHED,
    "6039": _WORKFLOW_ASKS,
    "305000002": _WORKFLOW_FAILED,
    "700012006": _TOKEN_REFUSED,
    "710005002": _UPSTREAM["upstream_busy"],
    "720701013": _WORKFLOW_FAILED,
    "720702001": _BAD_PARAMETERS,
    "720702002": _BAD_PARAMETERS,
    "720702004": _RUN_GONE,
    "720702011": _WORKFLOW_UNPUBLISHED,
    "720702078": _WORKFLOW_ASKS,
    "720702085": _WORKFLOW_TIMED_OUT,
    "720712014": _WORKFLOW_FAILED,
    "720712023": _WORKFLOW_FAILED,
    "777777776": _WORKFLOW_TIMED_OUT,
    "777777777": _final(502, "这次运行已被取消。", "This run was cancelled."),
}

CATALOG: dict[str, Advice] = {**_REQUEST, **_SERVER, **_UPSTREAM, **_COZE}


def advice(code: str) -> Advice:
    """Return the row of a code; a code that is not listed can only be one of Coze's, and gets the general row."""
    return CATALOG.get(code, _UPSTREAM["upstream_error"])


def coze_code(body: dict[str, Any]) -> str:
    """Return the error code in one of Coze's answers or events as text, "" for none or one that repeats a status."""
    code = str(body.get("code") or body.get("error_code") or "")
    return code if COZE_CODE.fullmatch(code) else ""


def coze_text(body: dict[str, Any]) -> tuple[str, str]:
    """Return Coze's own words and the page where it shows the run, "" where it gave none."""
    text, debug_url = body.get("msg") or body.get("error_message"), body.get("debug_url")
    return text if isinstance(text, str) else "", debug_url if isinstance(debug_url, str) else ""

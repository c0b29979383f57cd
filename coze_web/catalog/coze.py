"""Coze's own codes (Coze API reference, error codes; the self-hosted Studio's)."""

from __future__ import annotations

from coze_web.catalog.advice import again, final
from coze_web.catalog.server import UPSTREAM

_TOKEN_REFUSED = final(
    502,
    "Coze 没有接受本站的访问令牌。请网站管理员检查令牌是否过期、区域（.cn/.com）和权限。",
    "Coze did not accept this site's token. Its administrator must check its expiry, region (.cn/.com) and scopes.",
)
_MISCONFIGURED = final(
    502,
    "智能体配置有误，请联系网站管理员。",
    "The bot is not set up correctly. Please tell the site's administrator.",
)
_BILLING = final(
    502,
    "服务因欠费暂停，请联系网站管理员。",
    "The service is suspended for billing reasons. Please tell the site's administrator.",
)
_INVALID = final(
    502,
    "Coze 没有接受这条消息，请修改后重试。",
    "Coze did not accept this message. Please change it and try again.",
)
_RUN_GONE = final(502, "找不到这次运行的记录，可能已过保留期。", "There is no record of this run, perhaps no longer.")
_WORKFLOW_UNPUBLISHED = final(502, "工作流尚未发布。", "The workflow is not published.")
_WORKFLOW_FAILED = again(502, "工作流运行失败，详情见运行记录。", "The workflow failed. The run log says more.")
_WORKFLOW_TIMED_OUT = again(504, "工作流运行超时，请重试。", "The workflow took too long. Please try again.")
_WORKFLOW_ASKS = final(
    502,
    "工作流需要中途提问，请改用流式运行（stream: true）。",
    'The workflow has a question to ask: run it with "stream": true.',
)
_BAD_PARAMETERS = final(
    502,
    "工作流没有接受这些参数，请检查 parameters。",
    "The workflow did not accept these parameters. Please check `parameters`.",
)
_BOT_UNKNOWN = final(
    502,
    "找不到该智能体，请联系网站管理员。",
    "The bot was not found. Please tell the site's administrator.",
)
_CONVERSATION_GONE = again(502, "会话已失效，请重新提问。", "This conversation is gone. Please ask again.")
COZE = {
    "4000": _INVALID,
    "4001": final(502, "这条回复已不存在。", "That reply no longer exists."),
    "4002": _CONVERSATION_GONE,
    "4003": _INVALID,
    "4004": _INVALID,
    "4005": _INVALID,
    "4006": _BOT_UNKNOWN,
    "4007": _MISCONFIGURED,
    "4008": final(
        503, "今天的使用次数已达上限，请明天再来。", "Today's limit has been reached. Please come back tomorrow."
    ),
    "4009": UPSTREAM["upstream_busy"],
    "4010": final(
        502, "问题过长，超出了模型的上限，请缩短。", "The message is too long for the model. Please shorten it."
    ),
    "4011": final(
        502,
        "额度已用完，请联系网站管理员充值。",
        "The quota is used up. Please tell the site's administrator.",
    ),
    "4012": _MISCONFIGURED,
    "4013": again(
        503, "模型暂时不可用，请稍后重试。", "The model is unavailable right now. Please try again in a moment."
    ),
    "4014": final(502, "没有得到回答，请换一种问法。", "There is no answer to this. Please rephrase it."),
    "4015": final(
        502,
        "智能体尚未发布为 API 服务，请联系网站管理员。",
        "The bot is not published to the API channel. Please tell the site's administrator.",
    ),
    "4016": again(
        503,
        "上一个问题还在回答中，请稍后重试。",
        "The previous message is still being answered. Please try again soon.",
    ),
    "4019": _BILLING,
    "4020": UPSTREAM["upstream_busy"],
    "4021": _MISCONFIGURED,
    "4022": _BILLING,
    "4100": _TOKEN_REFUSED,
    "4101": _TOKEN_REFUSED,
    "4102": final(502, "请求暂时被 Coze 拦截，请稍后再来。", "Coze has blocked this for now. Please come back later."),
    "4105": _INVALID,
    "4104": final(502, "这次回答已经结束。", "That answer has already ended."),
    "4200": final(
        502,
        "找不到该智能体或工作流，或区域（.cn/.com）不符。请联系网站管理员。",
        "The bot or workflow was not found, perhaps in the other region (.cn/.com). Please tell the administrator.",
    ),
    "4314": _RUN_GONE,
    "4315": final(
        502, "这次运行已经结束，或不在等待这个回答。", "This run has already ended, or does not wait for this answer."
    ),
    "5000": UPSTREAM["upstream_error"],
    "6003": final(502, "当前 Coze 套餐不支持此功能。", "The Coze plan does not include this."),
    "6023": _WORKFLOW_TIMED_OUT,
    "6031": _WORKFLOW_UNPUBLISHED,
    "6039": _WORKFLOW_ASKS,
    "100000003": _BOT_UNKNOWN,
    "103000001": final(
        502,
        "令牌所属账号与该智能体或会话的所有者不是同一人，请联系网站管理员。",
        "The token belongs to another account than the bot or the conversation. Please tell the site's administrator.",
    ),
    "103000002": _CONVERSATION_GONE,
    "103100001": again(502, "智能体运行出错，请重试。", "The bot failed while it answered. Please try again."),
    "103100002": _BOT_UNKNOWN,
    "110000001": _BOT_UNKNOWN,
    "305000002": _WORKFLOW_FAILED,
    "700012006": _TOKEN_REFUSED,
    "710005002": UPSTREAM["upstream_busy"],
    "720701013": _WORKFLOW_FAILED,
    "720702001": _BAD_PARAMETERS,
    "720702002": _BAD_PARAMETERS,
    "720702004": _RUN_GONE,
    "720702011": _WORKFLOW_UNPUBLISHED,
    "720702078": _WORKFLOW_ASKS,
    "720702085": _WORKFLOW_TIMED_OUT,
    "720712014": _WORKFLOW_FAILED,
    "720712023": _WORKFLOW_FAILED,
    "777777775": _WORKFLOW_FAILED,
    "777777776": _WORKFLOW_TIMED_OUT,
    "777777777": final(502, "这次运行已被取消。", "This run was cancelled."),
}

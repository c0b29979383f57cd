"""What went wrong here, or on the way to Coze: words of ours."""

from __future__ import annotations

from coze_web.catalog.advice import again, final

SERVER = {
    "internal_error": again(
        500, "服务器出错了，请稍后重试。", "Something went wrong on this server. Please try again later."
    ),
    "not_configured": final(
        500,
        "本站尚未配置：缺少 {missing}。请网站管理员设置后重启。",
        "This site is not configured: {missing} missing. Its administrator must set it and restart.",
    ),
    "runlog_unavailable": again(
        503,
        "运行记录暂时无法读取，请检查数据库后重试。",
        "The run log cannot be read right now. Please check its database and try again.",
    ),
    "server_died": again(
        500,
        "服务器在这次运行结束前停止了，结果未知。",
        "The server died before this run ended; how it ended is not known.",
    ),
    "visitor_left": final(499, "对方在回答结束前断开了连接。", "The caller left before the end."),
    "rate_limited": again(
        429,
        "提问太频繁，请在 {retry_after} 秒后重试。",
        "Too many questions. Please try again in {retry_after} s.",
    ),
    "sign_in_limited": again(
        429,
        "登录尝试过于频繁，请在 {retry_after} 秒后重试。",
        "Too many attempts to sign in. Please try again in {retry_after} s.",
    ),
    "too_many_at_once": again(
        429,
        "您已有 {limit} 个回答正在生成，请等其中一个结束后再问。",
        "{limit} answers to you are being written already. Please wait for one of them to end.",
    ),
    "already_running": again(
        409,
        "这个问题已经提交，正在回答，无需重复发送。",
        "This question was sent already and is being answered; there is no need to send it again.",
    ),
    "daily_limit": again(
        429,
        "本站今天的对话次数已用完，请在 {retry_after} 秒后再来。",
        "This site's chats for the day are used up. Please come back in {retry_after} s.",
    ),
    "too_many_streams": again(
        503,
        "当前使用人数过多，请稍后重试。",
        "Too many answers are being written right now. Please try again soon.",
    ),
    "server_restarting": again(
        503, "服务器正在重启，请稍后重试。", "The server is restarting. Please try again in a moment."
    ),
}

UPSTREAM = {
    "upstream_unavailable": again(
        502, "暂时无法连接 Coze，请稍后重试。", "Coze cannot be reached right now. Please try again later."
    ),
    "upstream_timeout": again(
        504, "Coze 长时间没有回应，请重试。", "Coze has been silent for too long. Please try again."
    ),
    "upstream_too_long": again(
        504, "回答超过了时间上限，已中断。", "The answer took longer than allowed and was stopped."
    ),
    "upstream_truncated": again(
        502, "回答在中途断开，内容不完整，请重试。", "The answer was cut off and is incomplete. Please try again."
    ),
    "upstream_malformed": again(
        502, "收到无法识别的数据，请重试。", "Coze sent data that cannot be read. Please try again."
    ),
    "event_too_large": final(
        502,
        "Coze 发来的单条数据过大，已中断。",
        "Coze sent a piece of data that is too large; the answer was stopped.",
    ),
    "answer_too_large": final(
        502,
        "回答过长，已中断。请把问题问得更具体。",
        "The answer grew too long and was stopped. Please ask for less.",
    ),
    "upstream_error": again(502, "Coze 服务出错，请稍后重试。", "Coze answered with an error. Please try again later."),
    "upstream_busy": again(503, "Coze 繁忙，请稍后重试。", "Coze is busy. Please try again in a moment."),
    "upstream_rate_limited": again(
        503, "Coze 繁忙，请在 {retry_after} 秒后重试。", "Coze is busy. Please try again in {retry_after} s."
    ),
    "oauth_refused": final(
        502,
        "Coze 没有接受本站的 OAuth 应用或其密钥。请网站管理员运行 coze-web check 查看原因。",
        "Coze did not accept this site's OAuth app or its key. Its administrator can run `coze-web check` to see why.",
    ),
    "not_on_studio": final(
        501,
        "自托管的 Coze Studio 没有提供这个接口。",
        "The self-hosted Coze Studio does not have this call.",
    ),
    "chat_canceled": again(502, "这次回答被取消了，请重试。", "This answer was cancelled. Please try again."),
    "requires_action": final(
        502,
        "智能体需要由网页执行一个工具，本站不支持。请联系管理员。",
        "The bot wants this page to run a tool, which is not supported here. Please tell the administrator.",
    ),
}

"""What is wrong with a request: words of ours."""

from __future__ import annotations

from coze_web.catalog.advice import final

REQUEST = {
    "bad_request": final(400, "请求无法处理。", "The request cannot be used."),
    "bad_json": final(400, "请求内容不是有效的 JSON。", "The request body is not valid JSON."),
    "json_too_deep": final(400, "请求 JSON 的嵌套过深。", "The request JSON is nested too deeply."),
    "not_an_object": final(400, "请求内容必须是 JSON 对象。", "The request body must be a JSON object."),
    "message_missing": final(400, "缺少 message 字段。", "The field `message` is missing."),
    "message_not_string": final(400, "message 必须是字符串。", "`message` must be a string."),
    "message_empty": final(400, "问题为空，请输入内容。", "The message is empty; please type a question."),
    "message_blank": final(400, "问题只有空白字符，请输入内容。", "The message is blank; please type a question."),
    "message_too_long": final(
        400,
        "问题过长：{length} 个字符，上限为 {limit}，请缩短后重试。",
        "The message has {length} characters; the limit is {limit}. Please shorten it.",
    ),
    "message_surrogate": final(
        400, "问题包含不完整的字符，请重新输入。", "The message holds half of a character; please retype it."
    ),
    "stream_not_boolean": final(400, "stream 必须是 true 或 false。", "`stream` must be true or false."),
    "bad_client_message_id": final(
        400,
        "client_message_id 只能是 1 到 128 个字母、数字或 . _ -。",
        "`client_message_id` must be 1 to 128 letters, digits or . _ -",
    ),
    "invalid_parameter": final(400, "参数有误：{zh}。", "A parameter cannot be used: {en}."),
    "bad_id": final(400, "{name} 不是有效的 ID：应为一串十进制数字。", "{name} is no id: it must be decimal digits."),
    "bad_cursor": final(
        400,
        "cursor 无效：请原样使用上一页的 next_cursor。",
        "The cursor is not valid: use the last page's next_cursor as it is.",
    ),
    "run_not_found": final(404, "运行记录里没有这次运行。", "The run log has no such run."),
    "operator_off": final(
        403,
        "管理接口和控制台未启用：请设置环境变量 COZE_WEB_OPERATOR_TOKEN 后重启。",
        "The operator API and the console are off: set COZE_WEB_OPERATOR_TOKEN on the server and restart it.",
    ),
    "operator_token_missing": final(
        401,
        "请在请求头中提供 Authorization: Bearer <COZE_WEB_OPERATOR_TOKEN>。",
        "Send the header Authorization: Bearer <COZE_WEB_OPERATOR_TOKEN>.",
    ),
    "operator_token_wrong": final(
        401,
        "管理令牌不正确：应与服务器上的 COZE_WEB_OPERATOR_TOKEN 一致。",
        "The operator token is wrong: it must be the server's COZE_WEB_OPERATOR_TOKEN.",
    ),
    "openai_off": final(
        403,
        "OpenAI 兼容接口未启用：请设置环境变量 COZE_WEB_API_KEYS 后重启。",
        "The OpenAI-compatible API is off: set COZE_WEB_API_KEYS in the server's environment and restart it.",
    ),
    "api_key_missing": final(
        401,
        "请在请求头中提供 Authorization: Bearer <API 密钥>。",
        "Send the header Authorization: Bearer <API key>.",
    ),
    "invalid_api_key": final(
        401,
        "API 密钥不正确：应为服务器 COZE_WEB_API_KEYS 中的一个。",
        "The API key is wrong: it must be one of the server's COZE_WEB_API_KEYS.",
    ),
    "model_not_found": final(
        404,
        "没有 ID 或名称为 {model} 的智能体，或有多个智能体同名；可用的见 GET /v1/models。",
        "There is no bot with the id or name {model}, or several have that name. GET /v1/models lists them.",
    ),
    "signed_out": final(
        401, "登录已过期，请重新登录控制台。", "You are signed out. Please sign in to the console again."
    ),
    "form_expired": final(
        403,
        "表单已失效，请返回、刷新页面后重试。",
        "This form is out of date. Please go back, reload the page and try again.",
    ),
    "cross_site": final(403, "不接受来自其他网站的请求。", "Requests from another website are not accepted."),
    "not_found": final(404, "没有这个地址。", "There is nothing at this address."),
    "no_icon": final(404, "这个智能体没有可以显示的图标。", "The bot has no icon that can be shown."),
    "method_not_allowed": final(405, "该地址不支持这种请求方法。", "This address does not take that method."),
    "body_too_large": final(
        413,
        "请求内容超过 {limit} KiB，请缩短后重试。",
        "The request body is larger than {limit} KiB. Please shorten it.",
    ),
    "unsupported_media_type": final(
        415, "Content-Type 必须是 application/json。", "The Content-Type must be application/json."
    ),
}

"""The words of the console: English, Chinese."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coze_web.catalog import Language

_SIGNING = {
    "console": ("Console", "控制台"),
    "sign_in": ("Sign in", "登录"),
    "sign_out": ("Sign out", "退出登录"),
    "token": ("Operator token", "管理令牌"),
    "token_hint": (
        "The value of COZE_WEB_OPERATOR_TOKEN on this server. You stay signed in for 12 hours.",
        "即服务器上 COZE_WEB_OPERATOR_TOKEN 的值。登录状态保持 12 小时。",
    ),
}
_FRAME = {
    "skip": ("Skip to the content", "跳到正文"),
    "pages": ("Pages of the console", "控制台页面"),
    "overview": ("Overview", "概览"),
    "bots": ("Bots", "智能体"),
    "workflows": ("Workflows", "工作流"),
    "runs": ("Run log", "运行记录"),
    "error": ("This did not work", "出错了"),
    "back": ("Back to the overview", "返回概览"),
    "newer": ("Previous page", "上一页"),
    "older": ("Next page", "下一页"),
    "paging": ("More pages", "翻页"),
    "workspaces": ("Workspaces", "工作空间"),
    "no_workspace": ("The token's owner belongs to no workspace.", "令牌所属账号没有工作空间。"),
    "table": ("Table: {}", "表格：{}"),
    "id": ("Id", "ID"),
    "name": ("Name", "名称"),
    "updated": ("Changed", "更新时间"),
    "created": ("Created", "创建时间"),
}
_OVERVIEW = {
    "last_days": ("The last 30 days", "最近 30 天"),
    "in_zone": ("Days in the time zone {}", "按时区 {} 划分日期"),
    "chats": ("Chats", "对话数"),
    "failures": ("Failed chats", "失败的对话"),
    "waits": ("Time to first token", "首字时间"),
    "tokens": ("Tokens", "token 数"),
    "failures_note": ("a visitor who leaves is no failure", "访客自行离开不计"),
    "waits_note": ("seconds; strong the median, pale the 95th percentile", "秒；深色为中位数，浅色为第 95 百分位"),
    "tokens_note": ("of chats and runs, as far as Coze told", "含对话与工作流运行，以 Coze 返回为准"),
    "total": ("in all", "合计"),
    "slowest": ("the slowest day, 95th percentile", "最慢一天的第 95 百分位"),
    "as_table": ("As a table", "以表格查看"),
    "day": ("Day", "日期"),
    "median": ("First token, median (s)", "首字中位数（秒）"),
    "percentile": ("First token, 95th percentile (s)", "首字第 95 百分位（秒）"),
    "nothing_yet": (
        "Nothing to draw yet: every answer that ends from now on is counted here.",
        "还没有数据：从现在起，每个结束的回答都会计入。",
    ),
}
_BOTS = {
    "state": ("State", "状态"),
    "published": ("published", "已发布"),
    "draft": ("draft", "草稿"),
    "no_bots": ("This workspace has no bots.", "这个工作空间没有智能体。"),
    "own_bot": ("The bot of this site", "本站的智能体"),
    "prompt": ("Prompt", "人设与提示词"),
    "model": ("Model", "模型"),
    "plugins": ("Plugins", "插件"),
    "opening": ("Opening text", "开场白"),
    "questions": ("Suggested questions", "建议问题"),
    "none": ("none", "无"),
    "conversations": ("Conversations", "会话"),
    "no_conversations": (
        "No conversations: Coze lists only those that were created with this bot.",
        "没有会话：Coze 只列出为这个智能体创建的会话。",
    ),
    "unnamed": ("without a name", "未命名"),
    "newest_first": ("Newest first", "最新的在前"),
    "no_messages": ("No messages here.", "这里没有消息。"),
    "user": ("user", "用户"),
    "assistant": ("bot", "智能体"),
}
_WORKFLOWS = {
    "no_workflows": ("This workspace has no workflows.", "这个工作空间没有工作流。"),
    "open_workflow": ("Open", "打开"),
    "run_it": ("Run", "运行"),
    "run_workflow": ("Run a workflow", "运行工作流"),
    "parameters": ("Parameters", "参数"),
    "parameters_hint": (
        "A JSON object. Coze does not tell what a workflow takes; at first the parameters of its last run stand here.",
        "JSON 对象。Coze 不提供工作流的参数定义；这里先填入它上次运行时的参数。",
    ),
    "home": ("For whom it runs", "运行身份"),
    "home_hint": (
        "Some workflows want a bot, or an app, never both.",
        "有些工作流需要指定智能体或应用，二者不能同时填写。",
    ),
    "bot_id": ("Bot id", "智能体 ID"),
    "app_id": ("App id", "应用 ID"),
    "stop": ("Stop watching", "停止查看"),
    "result": ("Result", "结果"),
    "watch": ("What happens", "运行过程"),
    "no_output": ("No output: the run waits for an answer.", "没有输出：运行在等待回答。"),
    "answer": ("Your answer", "你的回答"),
    "resume": ("Answer and go on", "回答并继续"),
    "trace": ("Trace", "运行详情"),
    "open_trace": ("Open at Coze", "在 Coze 打开"),
    "again": ("Run it again", "再次运行"),
}
_STATUSES = {
    "status_running": ("running", "运行中"),
    "status_succeeded": ("succeeded", "成功"),
    "status_failed": ("failed", "失败"),
    "status_interrupted": ("interrupted", "已中断，等待回答"),
    "status_canceled": ("canceled", "已取消"),
    "status_unknown": ("unknown", "未知"),
}
_RUNS = {
    **_STATUSES,
    "filters": ("Filters", "筛选"),
    "workflow_id": ("Workflow id", "工作流 ID"),
    "status": ("Status", "状态"),
    "any": ("any", "全部"),
    "since": ("From", "开始日期"),
    "until": ("To", "结束日期"),
    "q": ("Text", "关键词"),
    "search": ("Search", "查询"),
    "clear": ("Clear", "清除"),
    "no_runs": ("No runs found.", "没有找到运行记录。"),
    "search_on": ("The search takes long; go on with the next page.", "查询较慢，请翻到下一页继续。"),
    "started": ("Started", "开始时间"),
    "ended": ("Ended", "结束时间"),
    "duration": ("Duration", "用时"),
    "details": ("Run", "运行"),
    "workflow": ("Workflow", "工作流"),
    "mode": ("Mode", "方式"),
    "execute_id": ("Execute id", "执行 ID"),
    "error_code": ("Error", "错误"),
    "output": ("Output", "输出"),
    "cut": ("cut at 64 KiB", "已截断至 64 KiB"),
    "not_kept": ("empty, or not kept", "为空或未保存"),
    "mode_blocking": ("waited for", "等待结果"),
    "mode_streaming": ("streamed", "流式"),
    "mode_resumed": ("resumed", "恢复运行"),
    "mode_chat": ("chatflow", "对话流"),
}
# What the scripts say; they fill in what stands in braces.
SCRIPT = {
    "bad_json": ("The parameters are no JSON object.", "参数不是有效的 JSON 对象。"),
    "stopped": ("You stopped watching; the run goes on at Coze.", "已停止查看；运行仍在 Coze 继续。"),
    "node": ("Node {id}", "节点 {id}"),
    "end": ("Output", "输出"),
}
WORDS = {**_SIGNING, **_FRAME, **_OVERVIEW, **_BOTS, **_WORKFLOWS, **_RUNS}
_PLACES: dict[Language, int] = {"en": 0, "zh": 1}


def words_of(language: Language) -> SimpleNamespace:
    """Return all words of one language by their names; `script` is what the scripts say."""
    place = _PLACES[language]
    script = {name: texts[place] for name, texts in {**SCRIPT, **_STATUSES, "error": _FRAME["error"]}.items()}
    return SimpleNamespace(**{name: texts[place] for name, texts in WORDS.items()}, script=script)

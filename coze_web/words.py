"""The words of the page, in the languages it speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything the page says in one language; `{n}` is filled in by the page's script."""

    lang: str
    title: str
    description: str
    transcript: str
    log: str
    welcome: str
    suggestions: tuple[str, ...]
    question: str
    placeholder: str
    send: str
    stop: str
    standalone: str
    noscript: str
    answering: str
    reasoning: str
    tools: str
    knowledge: str
    empty: str
    stopped: str
    broken_off: str
    tokens: str
    follow_ups: str
    code: str
    logid: str
    request_id: str
    retry: str
    retry_in: str
    offline: str
    silent: str
    cut: str
    refused: str
    setup_title: str
    setup_missing: str
    setup_where: str
    setup_demo: str
    variables: dict[str, str]


EN = Words(
    lang="en",
    title="Ask Coze",
    description="Ask a Coze bot a question and watch the answer being written.",
    transcript="Questions and answers",
    log="Conversation",
    welcome="What would you like to know?",
    suggestions=(
        "What can you help me with?",
        "Why does the sea have tides?",
        "Three ideas for a rainy afternoon",
    ),
    question="Your question",
    placeholder="Ask anything",
    send="Send",
    stop="Stop (Esc)",
    standalone="Each question stands alone: the bot does not remember earlier ones.",
    noscript="This page writes answers as they arrive and needs JavaScript. Please allow it and load the page again.",
    answering="The bot is answering.",
    reasoning="How the bot thought about it",
    tools="Used",
    knowledge="knowledge base",
    empty="The bot ended without any text.",
    stopped="You stopped the answer here.",
    broken_off="The answer breaks off here.",
    tokens="tokens",
    follow_ups="You could ask next",
    code="code",
    logid="log id",
    request_id="request id",
    retry="Try again",
    retry_in="Try again in {n} s",
    offline="The server cannot be reached. Please check your connection.",
    silent="Nothing has come from the server for a while; the connection seems to be lost.",
    cut="The connection was lost before the answer was complete.",
    refused="The server gave an answer that this page does not understand.",
    setup_title="One step is missing",
    setup_missing="This server does not know yet which bot to ask. These settings are not set:",
    setup_where="Set them in the environment of the server, or in a file named .env in the directory it is started "
    "from, and start it again.",
    setup_demo="To look around without an account, run",
    variables={
        "COZE_PAT": "the access token of your Coze account; it never reaches the browser",
        "COZE_BOT_ID": "the number at the end of your bot's address; publish the bot to the API channel first",
    },
)

ZH = Words(
    lang="zh-Hans",
    title="问问 Coze",
    description="向 Coze 智能体提问，看着回答逐字写出来。",
    transcript="问与答",
    log="对话",
    welcome="今天想问点什么？",
    suggestions=(
        "你能帮我做些什么？",
        "海水为什么会有潮汐？",
        "下雨的午后，给我三个消遣的主意",
    ),
    question="你的问题",
    placeholder="想问什么都可以",
    send="发送",
    stop="停止（Esc）",
    standalone="每个问题都是独立的，智能体不会记得之前的提问。",
    noscript="本页面需要 JavaScript 才能逐字显示回答。请允许运行 JavaScript，然后重新打开页面。",
    answering="智能体正在回答。",
    reasoning="思考过程",
    tools="用到了",
    knowledge="知识库",
    empty="智能体没有给出文字回答。",
    stopped="你在这里停止了回答。",
    broken_off="回答在这里中断了。",
    tokens="个 token",
    follow_ups="接着可以问",
    code="错误码",
    logid="日志 ID",
    request_id="请求 ID",
    retry="重试",
    retry_in="{n} 秒后可重试",
    offline="无法连接服务器，请检查网络。",
    silent="服务器很久没有回应，连接可能已经断开。",
    cut="回答还没写完，连接就断开了。",
    refused="服务器返回了本页面无法识别的内容。",
    setup_title="还差一步",
    setup_missing="服务器还不知道该向哪个智能体提问。以下设置缺失：",
    setup_where="请在服务器的环境变量中设置，或写入启动目录下的 .env 文件，然后重新启动。",
    setup_demo="没有账号也想先看看？运行",
    variables={
        "COZE_PAT": "你的 Coze 账号的访问令牌，只保存在服务器上",
        "COZE_BOT_ID": "智能体网址末尾的数字；请先将智能体发布到 API 渠道",
    },
)

LANGUAGES = {"en": EN, "zh": ZH}

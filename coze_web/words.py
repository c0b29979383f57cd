"""The words of the page, in the languages it speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptWords:
    """What the page's script says in one language; it fills in what stands in braces."""

    answering: str
    stopped: str
    theme_system: str
    theme_light: str
    theme_dark: str
    empty: str
    knowledge: str
    card: str
    audio: str
    image: str
    retry: str
    retry_in: str
    retry_in_minutes: str
    retry_in_hours: str
    copied: str
    not_copied: str
    code_block: str
    table: str
    formula: str
    attempt: str
    step_running: str
    step_done: str
    step_left: str
    usage: str
    first_word: str
    duration: str
    offline: str
    silent: str
    cut: str
    left: str
    refused: str
    complete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything the page says in one language; `script` is what its script says."""

    lang: str
    name: str
    title: str
    close: str
    description: str
    script: ScriptWords
    transcript: str
    log: str
    welcome: str
    bring_back: str
    new_chat: str
    question: str
    placeholder: str
    send: str
    stop: str
    standalone: str
    noscript: str
    incomplete: str
    reload: str
    reasoning: str
    steps: str
    copy: str
    copy_code: str
    edit: str
    edited: str
    ask: str
    cancel: str
    fault: str
    copy_fault: str
    previous: str
    next: str
    again: str
    figures: str
    broken_off: str
    follow_ups: str
    code: str
    logid: str
    request_id: str
    setup_title: str
    setup_missing: str
    setup_where: str
    setup_demo: str
    variables: dict[str, str]
    no_network: str
    composer: str


EN = Words(
    lang="en",
    name="English",
    title="Ask Coze",
    close="Close (Esc)",
    description="Ask a Coze bot a question and watch the answer being written.",
    script=ScriptWords(
        answering="The bot is answering.",
        stopped="You stopped the answer here.",
        theme_system="Theme: as on this device",
        theme_light="Theme: light",
        theme_dark="Theme: dark",
        empty="The bot ended without any text.",
        knowledge="knowledge base",
        card="The bot sent a card, which this page cannot show.",
        audio="The bot sent speech, which this page does not play.",
        image="Picture",
        retry="Try again",
        retry_in="Try again in {n} s",
        retry_in_minutes="Try again in {n} min",
        retry_in_hours="Try again in {n} h",
        copied="Copied",
        not_copied="Not copied",
        code_block="Code",
        table="Table",
        formula="Formula",
        attempt="Answer {n} of {m}",
        step_running="running",
        step_done="done",
        step_left="no result",
        usage="{total} tokens: {input} in, {output} out",
        first_word="first word after {n} s",
        duration="complete after {n} s",
        offline="The server cannot be reached. Please check your connection.",
        silent="Nothing has come from the server for a while; the connection seems to be lost.",
        cut="The connection was lost before the answer was complete.",
        left="The page was left before the answer was complete.",
        refused="The server gave an answer that this page does not understand. Please reload the page and ask again; "
        "if that does not help, tell whoever runs this site.",
        complete="The answer is complete.",
    ),
    transcript="Questions and answers",
    log="Conversation",
    welcome="What would you like to know?",
    bring_back="Back to the last chat",
    new_chat="New chat",
    question="Your question",
    placeholder="Ask anything",
    send="Send",
    stop="Stop (Esc)",
    standalone="Each question stands alone: the bot does not remember earlier ones.",
    noscript="This page writes answers as they arrive and needs JavaScript. Please allow it and load the page again.",
    incomplete="This page did not load completely.",
    reload="Load it again",
    reasoning="How the bot thought about it",
    steps="What the bot did",
    copy="Copy",
    copy_code="Copy code",
    edit="Edit",
    edited="Your question, to be changed",
    ask="Ask",
    cancel="Cancel",
    fault="What went wrong",
    copy_fault="Copy for support",
    previous="Previous answer",
    next="Next answer",
    again="Answer again",
    figures="Figures",
    broken_off="The answer breaks off here.",
    follow_ups="You could ask next",
    code="code",
    logid="log id",
    request_id="request id",
    setup_title="One step is missing",
    setup_missing="This server does not know yet which bot to ask. These settings are not set:",
    setup_where="Set them in the environment of the server, or in a file named .env in the directory it is started "
    "from, and start it again.",
    setup_demo="To look around without an account, run",
    variables={
        "COZE_PAT": "the access token of your Coze account; it never reaches the browser",
        "COZE_BOT_ID": "the number at the end of your bot's address; publish the bot to the API channel first",
    },
    no_network="You are offline. Questions can be sent again once the network is back.",
    composer="Ask a question",
)

ZH = Words(
    lang="zh-Hans",
    name="中文",
    title="问问 Coze",
    close="关闭（Esc）",
    description="向 Coze 智能体提问，实时看到回答逐字生成。",
    script=ScriptWords(
        answering="智能体正在回答。",
        stopped="你在这里停止了回答。",
        theme_system="主题：跟随系统",
        theme_light="主题：浅色",
        theme_dark="主题：深色",
        empty="智能体没有给出文字回答。",
        knowledge="知识库",
        card="智能体发来一张卡片，本页面无法显示。",
        audio="智能体发来一段语音，本页面不支持播放。",
        image="图片",
        retry="重试",
        retry_in="{n} 秒后可重试",
        retry_in_minutes="{n} 分钟后可重试",
        retry_in_hours="{n} 小时后可重试",
        copied="已复制",
        not_copied="复制失败",
        code_block="代码",
        table="表格",
        formula="公式",
        attempt="第 {n} 个回答，共 {m} 个",
        step_running="进行中",
        step_done="完成",
        step_left="没有结果",
        usage="{total} 个 token：输入 {input}，输出 {output}",
        first_word="首字 {n} 秒",
        duration="共用时 {n} 秒",
        offline="无法连接服务器，请检查网络。",
        silent="服务器很久没有回应，连接可能已经断开。",
        cut="回答还没写完，连接就断开了。",
        left="回答还没写完，页面就被关闭或刷新了。",
        refused="服务器返回了本页面无法识别的内容。请刷新页面后重试；如果仍然不行，请联系本站管理员。",
        complete="回答完毕。",
    ),
    transcript="问答记录",
    log="对话",
    welcome="今天想问点什么？",
    bring_back="回到上一次对话",
    new_chat="新对话",
    question="你的问题",
    placeholder="想问什么都可以",
    send="发送",
    stop="停止（Esc）",
    standalone="每个问题都是独立的，智能体不会记得之前的提问。",
    noscript="本页面需要 JavaScript 才能逐字显示回答。请允许运行 JavaScript，然后重新打开页面。",
    incomplete="页面没有加载完整。",
    reload="重新加载",
    reasoning="思考过程",
    steps="执行步骤",
    copy="复制",
    copy_code="复制代码",
    edit="修改",
    edited="修改你的问题",
    ask="提问",
    cancel="取消",
    fault="错误信息",
    copy_fault="复制错误信息",
    previous="上一个回答",
    next="下一个回答",
    again="重新回答",
    figures="用量与耗时",
    broken_off="回答在这里中断了。",
    follow_ups="接着可以问",
    code="错误码",
    logid="日志 ID",
    request_id="请求 ID",
    setup_title="还差一步",
    setup_missing="服务器还不知道该向哪个智能体提问。缺少以下设置：",
    setup_where="请在服务器的环境变量中设置，或写入启动目录下的 .env 文件，然后重新启动。",
    setup_demo="没有账号也想先看看？运行",
    variables={
        "COZE_PAT": "你的 Coze 账号的访问令牌，只保存在服务器上",
        "COZE_BOT_ID": "智能体网址末尾的数字；请先将智能体发布到 API 渠道",
    },
    no_network="网络已断开，恢复后才能继续提问。",
    composer="提问",
)

LANGUAGES = {"en": EN, "zh": ZH}

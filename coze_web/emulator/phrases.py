"""What the demo bot says, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """All that the bot says in one language; "{}" is filled in."""

    introduction: str
    about: str
    closings: tuple[str, ...]
    reasoning: str
    cities: tuple[str, ...]
    weather: str
    search_result: str
    tool_said: str
    markdown: str
    follow_ups: tuple[str, ...]
    workflow: str
    answered: str


CHINESE = Phrases(
    introduction="你好，我是嵌入式 Coze 的演示机器人。我住在你的电脑里，不需要账号，说的话都是事先写好的。",
    about="你说的是「{}」。等你换上自己的机器人，这里就会是它的回答：设置 COZE_PAT 和 COZE_BOT_ID 即可。",
    closings=(
        "想看我还会什么，请输入 /help。",
        "试试让我“思考”一下，或者问问“天气”。",
        "你可以随时点“停止”，我会马上住口。",
        "让我写一个“表格”，或者请我给些“建议”，都可以。",
    ),
    reasoning="用户想让我想一想「{}」。我只是演示机器人，没有模型，所以先说明我是谁，再告诉对方怎样接入真正的机器人。",
    cities=("北京", "上海", "广州", "深圳", "杭州", "成都"),
    weather="{}，晴，24 摄氏度",
    search_result="扣子（Coze）是搭建智能体的平台，它的对话接口逐字推送回答",
    tool_said="我用了一个工具，它说：{}。（演示数据，不是真的。）",
    markdown=r"""## 一份小小的说明

- 逐字显示：回答写到哪里，就显示到哪里
- 令牌留在服务器上，**不会**进浏览器

```python
for event in coze.chat.stream(bot_id=bot_id, user_id=user_id):
    print(event)
```

| 命令 | 作用 |
| --- | --- |
| `/echo` | 原样返回 |
| `/say` | 说出指定个数的词 |

公式也可以：$E = mc^2$，或者单独一行。

$$
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}
$$

更多说明见 [Coze 的文档](https://www.coze.cn/open/docs)。""",
    follow_ups=("怎样接入我自己的机器人？", "用表格介绍一下你自己", "思考一下：天空为什么是蓝色的？"),
    workflow="演示工作流收到了「{}」，依次经过开始、模型、结束三个节点。",
    answered="演示工作流问过之后得到的回答是：{}。",
)

ENGLISH = Phrases(
    introduction=(
        "Hello, I am the demo bot of the embedded Coze. I live on your computer, need no account, "
        "and everything I say was written beforehand."
    ),
    about=(
        'You said "{}". Once you plug in your own bot, its answer will stand here: '
        "set COZE_PAT and COZE_BOT_ID, that is all."
    ),
    closings=(
        "To see what else I can do, type /help.",
        "Ask me to think about something, or ask for the weather.",
        "You may press stop at any time: I fall silent at once.",
        "Ask me for a table, or let me suggest what to ask next.",
    ),
    reasoning=(
        'The user wants me to think about "{}". I am a demo bot without a model, so I say who I am first, '
        "and then how a real bot is plugged in."
    ),
    cities=("Beijing", "Shanghai", "London", "Paris", "New York", "Tokyo"),
    weather="{}: sunny, 24 degrees Celsius",
    search_result="Coze is a platform for building agents, and its chat API streams the answer as it is written",
    tool_said="I used a tool, and it says: {}. (Demo data, not the truth.)",
    markdown=r"""## A short guide

- Shown as it is written: you never wait for the whole answer
- The token stays on the server, it **never** reaches the browser

```python
for event in coze.chat.stream(bot_id=bot_id, user_id=user_id):
    print(event)
```

| Command | What it does |
| --- | --- |
| `/echo` | gives your words back |
| `/say` | says as many words as you wish |

Formulas too: $E = mc^2$, or on a line of their own.

$$
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}
$$

More is in [the documentation of Coze](https://www.coze.com/open/docs).""",
    follow_ups=("How do I plug in my own bot?", "Introduce yourself in a table", "Think: why is the sky blue?"),
    workflow='The demo workflow received "{}" and passed it through its nodes Start, Model and End.',
    answered="The demo workflow asked, and was answered: {}.",
)

FAULT = """这个回答带着故障「{0}」播放，好让你看到网页怎样应对。

This answer is played with the fault "{0}", to show how the page copes with it."""

MALFORMED = """这条命令没有写对，应该是：{0}。输入 /help 查看全部命令。

This command is not right; expected: {0}. Type /help for all commands."""

TOOL_SAID = """你运行的工具返回：{0}

The tool that you ran says: {0}"""

ASKED = """你在哪个城市？（第 {0} 问，共 {1} 问）Which city are you in? (question {0} of {1})"""

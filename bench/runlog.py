"""How long a page of the run log takes, what writing a run costs, and how large the file grows.

Fills a SQLite log with made-up runs, Chinese and English, over ninety days, and prints a table of milliseconds. A `+`
behind the number of runs says that there are more. A million runs take some ten minutes and 3 GB.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coze_web.runlog import NewRun, Outcome, RunFilter, RunLog
from coze_web.runlog.database import Database
from coze_web.runlog.rows import at_end, at_start
from coze_web.runlog.writes import insert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.runlog import Status

NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
PERIOD = timedelta(days=90)
BATCH = 2000
ROUNDS = 9
WRITES = 2000
CHINESE = (
    "数据 分析 报告 用户 查询 结果 工作流 执行 成功 失败 天气 北京 上海 订单 物流 客户 服务 产品 推荐 价格 库存 生成 "
    "图片 文章 标题 摘要 翻译 总结 会议 记录 邮件 发送 提醒 日程 安排 明天 今天 上午 地点 部门 项目 进度 预算 合同 "
    "审批 流程 申请 原因 建议 优化 模型 参数 配置 接口 超时 重试 知识 文档 检索 内容 回答 问题 根据 以下 信息 请 "
    "的 是 在 了 和 与 及 为 对 将 已经 可以 需要 进行 完成 提供 支持 使用 包括 如果 因此 但是 "
    "市场 销售 增长 下降 季度 目标 团队 学习 课程 学生 考试 答案 代码 函数 测试 部署 版本 安全 权限 "
)
ENGLISH = (
    "the of and to in is for with on that this from are by as be it an at or your we can will not have data "
    "report user query result workflow success failed weather order shipping customer service product price "
    "stock generate image article title summary translate meeting note email send remind schedule tomorrow "
    "time team project progress budget contract approve reason suggest model parameter interface timeout retry "
    "knowledge document answer question information market sales growth quarter target learning course student "
    "exam code function test deploy version "
)
CHINESE_SHARE, FAILED_SHARE = 0.65, 0.05
COMMON_WORKFLOW, RARE_WORKFLOW = "7400000000000000001", "7400000000000000300"
# Each run has all grams of this, and none has it: the output is text, and 0 stands elsewhere.
EVERYWHERE_AND_NOWHERE = '"output": 0'


def sentence(chance: random.Random, *, is_chinese: bool, words: int) -> str:
    """Return words, some much more frequent than others."""
    vocabulary, gap = (CHINESE.split(), "") if is_chinese else (ENGLISH.split(), " ")
    ranks = (int(len(vocabulary) * chance.random() ** 2) for _ in range(words))
    return gap.join(vocabulary[rank] for rank in ranks)


def made_up(chance: random.Random, number: int) -> tuple[NewRun, Outcome]:
    """Return a run and its outcome; one in 100,000 tells of a 鼎."""
    is_chinese = chance.random() < CHINESE_SHARE
    long, short = (85, 25) if is_chinese else (55, 12)
    query = sentence(chance, is_chinese=is_chinese, words=chance.randint(short, 2 * short))
    output = sentence(chance, is_chinese=is_chinese, words=chance.randint(long // 2, 3 * long // 2))
    parameters = {"query": query, "user_id": str(chance.randrange(10**12)), "lang": "zh" if is_chinese else "en"}
    text = {"output": output + "鼎" * (number % 100_000 == 1), "code": 0, "trace": f"{chance.getrandbits(128):x}"}
    workflow = 7_400_000_000_000_000_000 + min(int(chance.paretovariate(0.5)), 4000)
    run = NewRun(workflow_id=str(workflow), mode="streaming", parameters=json.dumps(parameters, ensure_ascii=False))
    status: Status = "canceled" if number % 1000 == 0 else "failed" if chance.random() < FAILED_SHARE else "succeeded"
    return run, Outcome(status=status, execute_id=str(number), output=json.dumps(text, ensure_ascii=False))


def fill(folder: Path, count: int) -> None:
    """Write runs at a steady pace, many in one transaction."""
    chance = random.Random(1)  # noqa: S311 - no secret
    database = Database(None, folder)
    step, first = PERIOD / count, NEWEST - PERIOD
    for batch in range(0, count, BATCH):
        with database.begin() as connection:
            for number in range(batch, min(batch + BATCH, count)):
                run, outcome = made_up(chance, number)
                values = at_start(run, "bench", keeps_content=True) | at_end(outcome, keeps_content=True)
                insert(connection, int((first + number * step).timestamp() * 1000), values)
    database.close()


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what is asked for, in words and as the filter's fields."""
    old = {"since": NEWEST - PERIOD, "until": NEWEST - PERIOD + timedelta(days=1)}
    yield "everything", {}
    yield "everything, one old day", old
    yield "rare status", {"status": "canceled"}
    yield "rare workflow", {"workflow_id": RARE_WORKFLOW}
    yield "common workflow, rare status", {"workflow_id": COMMON_WORKFLOW, "status": "canceled"}
    yield "workflow, status, old day", {"workflow_id": COMMON_WORKFLOW, "status": "failed", **old}
    for keyword in ["的", "数据", "数据分析", "鼎", "龘", "龘龘", "没有这句话", "a", "zq", "report", "absent words"]:
        yield f"keyword {keyword}", {"q": keyword}
    yield "common keyword, rare status", {"q": "数据", "status": "canceled"}
    yield "common keyword, rare workflow", {"q": "the", "workflow_id": RARE_WORKFLOW}
    yield "common keyword, workflow and status", {"q": "the", "workflow_id": COMMON_WORKFLOW, "status": "canceled"}
    yield "common keyword, running", {"q": "数据", "status": "running"}
    yield "common keyword, one old day", {"q": "数据", **old}
    yield "absent keyword, one old day", {"q": "龘", **old}
    yield "all at once", {"q": "的", "workflow_id": COMMON_WORKFLOW, "status": "failed", **old}
    yield "common words in a rare order", {"q": "in the report of"}
    yield "common grams, rare keyword", {"q": "of the on tha"}
    yield "grams of every run, absent keyword", {"q": EVERYWHERE_AND_NOWHERE}
    yield "the same, rare status", {"q": EVERYWHERE_AND_NOWHERE, "status": "canceled"}
    yield "the same, one old day", {"q": EVERYWHERE_AND_NOWHERE, **old}


def milliseconds(action: Callable[[], object]) -> float:
    """Return how long it takes."""
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


def measure_pages(log: RunLog) -> None:
    """Print a line for each case."""
    print(f"\n{'median':>8} {'max':>8} {'runs':>6}  wanted")
    for name, fields in cases():
        wanted = RunFilter(**fields)
        times = [milliseconds(lambda: log.page(wanted)) for _ in range(ROUNDS)]  # noqa: B023 - called at once
        page = log.page(wanted)
        found = f"{len(page.items)}{'+' * page.has_more}"
        print(f"{statistics.median(times):8.2f} {max(times):8.2f} {found:>6}  {name}")


def measure_writes(log: RunLog) -> None:
    """Print what it costs to begin and end a run."""
    chance = random.Random(2)  # noqa: S311 - no secret
    pairs = [made_up(chance, number) for number in range(WRITES)]
    times = sorted(milliseconds(lambda: log.end(log.begin(run), outcome)) for run, outcome in pairs)  # noqa: B023
    at_99 = times[len(times) * 99 // 100]
    print(f"\nbegin and end, ms: mean {statistics.mean(times):.2f}, median {statistics.median(times):.2f}", end="")
    print(f", 99 % below {at_99:.2f}, max {times[-1]:.2f}")


def measure(folder: Path) -> None:
    """Print all figures of a filled log."""
    log = RunLog(None, folder=folder, days=0, keeps_content=True)
    measure_pages(log)
    measure_writes(log)
    log.close()


def main() -> None:
    """Fill a log of its own and measure it."""
    parser = argparse.ArgumentParser(description="Measure the run log.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        seconds = milliseconds(lambda: fill(Path(folder), rows)) / 1000
        size = sum(path.stat().st_size for path in Path(folder).glob("runs.sqlite3*"))
        print(f"{rows} runs in {seconds:.0f} s, {size / rows:.0f} bytes each, {size / 1e9:.2f} GB")
        measure(Path(folder))


if __name__ == "__main__":
    main()

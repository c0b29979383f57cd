"""Bots and workspaces: lists and their pages, single bots of either generation of the API, and changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cozepy
import pydantic
import pytest

from coze_web.errors import RefusedError
from tests.coze_wire import LOGID

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.gateway import Gateway
    from tests.coze.conftest import Client, Factory, Ids, Wire

BOTS = "GET /v1/bots"
CREATE, UPDATE, PUBLISH = "POST /v1/bot/create", "POST /v1/bot/update", "POST /v1/bot/publish"


class Generation(NamedTuple):
    """One of the two ways to list bots; `play` prepares a page of bots with these ids."""

    version: int
    space: str
    play: Callable[[list[str], int], None]

    def asks(self, page_num: int = 1, page_size: int = 2) -> Callable[..., object]:
        """Ask for a page of a workspace's bots."""
        return lambda coze: coze.bots.list(
            space_id="1", page_num=page_num, page_size=page_size, use_api_version=self.version
        )


@pytest.fixture(params=["v1", "v2"])
def generation(
    request: pytest.FixtureRequest,
    play_page: Callable[..., None],
    make_published_bot: Factory,
    make_simple_bot: Factory,
) -> Generation:
    def play_first(bots: list[str], total: int) -> None:
        play_page(
            "published bots", [make_published_bot(bot_id=bot, bot_name=f"Bot {bot}") for bot in bots], total=total
        )

    def play_second(bots: list[str], total: int) -> None:
        play_page("bots", [make_simple_bot(id=bot, name=f"Bot {bot}") for bot in bots], total=total)

    if request.param == "v1":
        return Generation(1, "space_id", play_first)
    return Generation(2, "workspace_id", play_second)


@pytest.mark.asyncio
class TestBotList:
    """`bots.list` of the SDK, in both generations of the API."""

    async def test_a_page_has_its_items_the_total_and_the_logid(self, sdk: Client, generation: Generation) -> None:
        """Given three bots in pages of two, when the first is read, then two of them come and more are announced."""
        generation.play(["1", "2"], 3)
        page = await sdk.ask(generation.asks())
        assert [(bot.id, bot.name) for bot in page.items] == [("1", "Bot 1"), ("2", "Bot 2")]
        assert (page.total, page.has_more, page.response.logid) == (3, True, LOGID)

    async def test_the_request_names_workspace_page_and_size(
        self, sdk: Client, wire: Wire, generation: Generation
    ) -> None:
        """Given any bots, when page 4 of 5 each is read, then both generations number it `page_index`."""
        generation.play([], 0)
        await sdk.ask(generation.asks(page_num=4, page_size=5))
        assert wire.sent[0].query == {generation.space: "1", "page_index": "4", "page_size": "5"}

    async def test_walking_reads_each_page_once(self, sdk: Client, wire: Wire, generation: Generation) -> None:
        """Given three bots in pages of two, when all are read, then two requests bring them in order."""
        generation.play(["1", "2"], 3)
        generation.play(["3"], 3)
        assert [bot.id for bot in await sdk.items(generation.asks())] == ["1", "2", "3"]
        assert [sent.query["page_index"] for sent in wire.sent] == ["1", "2"]

    async def test_pages_can_be_walked_themselves(self, sdk: Client, generation: Generation) -> None:
        """Given three bots in pages of two, when pages are read, then only the first has a successor."""
        generation.play(["1", "2"], 3)
        generation.play(["3"], 3)
        pages = await sdk.pages(generation.asks())
        assert [(len(page.items), page.has_more) for page in pages] == [(2, True), (1, False)]

    async def test_an_empty_workspace_is_one_empty_page(self, sdk: Client, wire: Wire, generation: Generation) -> None:
        """Given no bots, when all are read, then none come and nothing more is asked."""
        generation.play([], 0)
        assert await sdk.items(generation.asks()) == []
        assert len(wire.sent) == 1

    async def test_a_page_past_the_end_is_empty(self, sdk: Client, generation: Generation) -> None:
        """Given three bots, when page 9 is read, then it is empty and the last."""
        generation.play([], 3)
        page = await sdk.ask(generation.asks(page_num=9))
        assert (page.items, page.has_more, page.total) == ([], False, 3)

    async def test_a_coze_that_ignores_the_number_repeats_its_page(self, sdk: Client, generation: Generation) -> None:
        """Given a Coze that answers page 1 to all, when all are read, then the SDK gives its bots once per page."""
        generation.play(["1", "2"], 4)
        assert [bot.id for bot in await sdk.items(generation.asks())] == ["1", "2", "1", "2"]

    async def test_a_bot_without_an_id_cannot_be_read(self, sdk: Client, wire: Wire, generation: Generation) -> None:
        """Given a list of things that are no bots, when it is read, then the SDK's model says so."""
        wire.ok("GET /v1/space/published_bots_list", {"space_bots": [{}], "total": 1})
        wire.ok(BOTS, {"items": [{}], "total": 1})
        with pytest.raises(pydantic.ValidationError):
            await sdk.ask(generation.asks())


@pytest.mark.asyncio
class TestBotListFilters:
    """What only the second generation can be asked."""

    @pytest.mark.parametrize("status", [cozepy.PublishStatus.ALL, cozepy.PublishStatus.UNPUBLISHED_DRAFT])
    async def test_the_publish_status_reaches_the_wire(
        self, sdk: Client, wire: Wire, play_page: Callable[..., None], status: cozepy.PublishStatus
    ) -> None:
        """Given a status, when bots are listed by it, then its plain value is asked for."""
        play_page("bots", [], total=0)
        await sdk.ask(lambda coze: coze.bots.list(space_id="1", publish_status=status, use_api_version=2))
        assert wire.sent[0].query["publish_status"] == status.value

    async def test_ours_says_the_page_under_both_names(
        self, ours: Client, wire: Wire, play_page: Callable[..., None]
    ) -> None:
        """Given that SDK and reference disagree, when page 3 is read, then Coze finds it under either name."""
        play_page("bots", [], total=0)
        await ours.ask(lambda coze: coze.bots.list(space_id="1", page_num=3, use_api_version=2))
        assert wire.sent[0].query.items() >= {"page_index": "3", "page_num": "3"}.items()


class TestGatewayBotList:
    """The site's own list, which a forgetful Coze must not lead in circles."""

    def test_it_lists_drafts_too(
        self, gateway: Gateway, wire: Wire, play_page: Callable[..., None], make_simple_bot: Factory, ids: Ids
    ) -> None:
        """Given a draft, when the bots are listed, then all are asked for and the draft is told apart."""
        play_page("bots", [make_simple_bot(is_published=False)], total=1)
        page = gateway.bots.list(ids.workspace, 1, 20)
        assert [(bot.id, bot.is_published) for bot in page.items] == [(ids.bot, False)]
        assert (page.total, page.has_more, page.logid) == (1, False, LOGID)
        assert wire.sent[0].query["publish_status"] == "all"

    def test_a_repeated_first_page_ends_the_walk(
        self, gateway: Gateway, play_page: Callable[..., None], make_simple_bot: Factory
    ) -> None:
        """Given a Coze that answers page 1 to all, when page 2 is read, then it is empty and the last."""
        play_page("bots", [make_simple_bot(id="1"), make_simple_bot(id="2")], total=9)
        page = gateway.bots.list("1", 2, 2)
        assert (page.items, page.has_more) == ([], False)

    def test_what_page_one_held_is_left_out_of_page_two(
        self, gateway: Gateway, play_page: Callable[..., None], make_simple_bot: Factory
    ) -> None:
        """Given a bot that moved to page 2 meanwhile, when page 2 is read, then only the new one is on it."""
        play_page("bots", [make_simple_bot(id="2"), make_simple_bot(id="3")], total=4)
        play_page("bots", [make_simple_bot(id="1"), make_simple_bot(id="2")], total=4)
        assert [bot.id for bot in gateway.bots.list("1", 2, 2).items] == ["3"]

    def test_a_bot_that_is_listed_twice_is_given_once(
        self, gateway: Gateway, play_page: Callable[..., None], make_simple_bot: Factory
    ) -> None:
        """Given one bot twice on a page, when it is read, then the first of the two is given."""
        play_page("bots", [make_simple_bot(name="first"), make_simple_bot(name="second")], total=2)
        assert [bot.name for bot in gateway.bots.list("1", 1, 20).items] == ["first"]

    def test_an_empty_page_is_the_last_whatever_coze_says(
        self, gateway: Gateway, play_page: Callable[..., None]
    ) -> None:
        """Given an empty page that announces more, when it is read, then nobody is sent on."""
        play_page("bots", [], total=100)
        assert gateway.bots.list("1", 1, 20).has_more is False


@pytest.mark.asyncio
class TestBotRetrieve:
    """`bots.retrieve`, in both generations of the API."""

    @pytest.mark.parametrize(("version", "where"), [(1, "GET /v1/bot/get_online_info"), (2, "GET /v1/bots/1")])
    async def test_a_bot_comes_whole(
        self, sdk: Client, wire: Wire, make_bot: Factory, version: int, where: str
    ) -> None:
        """Given a bot, when it is retrieved, then its settings and the call's log id are there."""
        wire.ok(where, make_bot(bot_id="1", bot_mode=2))
        bot = await sdk.ask(lambda coze: coze.bots.retrieve(bot_id="1", use_api_version=version))
        assert (bot.bot_id, bot.bot_mode) == ("1", 2)
        assert bot.prompt_info.prompt == "Be brief."
        assert bot.onboarding_info.suggested_questions == ["Will it rain?"]
        assert bot.response.logid == LOGID

    @pytest.mark.parametrize(
        ("asked", "sent"), [(None, {}), (True, {"is_published": "true"}), (False, {"is_published": "false"})]
    )
    async def test_the_draft_must_be_asked_for(
        self, sdk: Client, wire: Wire, make_bot: Factory, asked: object, sent: dict[str, str]
    ) -> None:
        """Given a bot, when the filter is left out, then Coze is left to take "published" for granted."""
        wire.ok("GET /v1/bots/1", make_bot())
        await sdk.ask(lambda coze: coze.bots.retrieve(bot_id="1", is_published=asked, use_api_version=2))
        assert wire.sent[0].query == sent

    async def test_an_id_alone_is_a_bot(self, sdk: Client, wire: Wire) -> None:
        """Given an answer with nothing but an id, when it is read, then everything else is None."""
        wire.ok("GET /v1/bots/1", {"bot_id": "1"})
        bot = await sdk.ask(lambda coze: coze.bots.retrieve(bot_id="1", use_api_version=2))
        assert (bot.name, bot.model_info, bot.version) == (None, None, None)

    @pytest.mark.parametrize("fields", [{"bot_id": 1}, {"bot_id": None}, {"bot_mode": 3}, {"prompt_info": {}}])
    async def test_what_the_model_does_not_allow_is_an_error(
        self, sdk: Client, wire: Wire, make_bot: Factory, fields: dict[str, object]
    ) -> None:
        """Given a bot that is not as documented, when it is retrieved, then the SDK refuses to read it."""
        wire.ok("GET /v1/bots/1", make_bot(**fields))
        with pytest.raises(pydantic.ValidationError):
            await sdk.ask(lambda coze: coze.bots.retrieve(bot_id="1", use_api_version=2))

    @pytest.mark.parametrize("code", [4200, 4006, 4015])
    async def test_an_unknown_or_unpublished_bot_is_refused(self, sdk: Client, wire: Wire, code: int) -> None:
        """Given no such bot, or one that is not published, when it is retrieved, then the SDK tells code and log id."""
        wire.refuse("GET /v1/bot/get_online_info", code)
        with pytest.raises(cozepy.CozeAPIError, match="upstream words") as caught:
            await sdk.ask(lambda coze: coze.bots.retrieve(bot_id="1"))
        assert (caught.value.code, caught.value.logid) == (code, LOGID)

    @pytest.mark.parametrize("code", [4200, 4006, 4015])
    async def test_ours_refuses_in_its_own_words(self, ours: Client, wire: Wire, code: int) -> None:
        """Given the same, when our client asks, then it is our error, once, and Coze's words are not shown."""
        wire.refuse("GET /v1/bot/get_online_info", code)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(lambda coze: coze.bots.retrieve(bot_id="1"))
        assert (caught.value.code, caught.value.logid, caught.value.retryable) == (str(code), LOGID, False)
        assert "upstream words" not in f"{caught.value} {caught.value.body('en', '')} {caught.value.describe()}"
        assert len(wire.sent) == 1


class TestGatewayBotRetrieve:
    """A bot as the site shows it."""

    def test_the_owner_sees_the_draft(self, gateway: Gateway, wire: Wire, make_bot: Factory, ids: Ids) -> None:
        """Given a bot, when its owner looks, then the draft is asked for and shown under the site's names."""
        wire.ok(f"GET /v1/bots/{ids.bot}", make_bot())
        bot = gateway.bots.retrieve(ids.bot)
        assert wire.sent[0].query == {"is_published": "false"}
        assert (bot.id, bot.prompt, bot.updated_at, bot.logid) == (ids.bot, "Be brief.", 1718289300, LOGID)
        assert bot.model is not None
        assert bot.model["model_name"] == "Doubao"

    def test_the_published_bot_is_asked_for_in_a_hurry(
        self, gateway: Gateway, wire: Wire, make_bot: Factory, ids: Ids
    ) -> None:
        """Given a published bot, when the page asks for it, then three seconds of silence are the most."""
        wire.ok("GET /v1/bot/get_online_info", make_bot())
        bot = gateway.bots.published(ids.bot)
        assert bot.onboarding is not None
        assert bot.onboarding.prologue == "Hello!"
        assert (wire.sent[0].query, wire.sent[0].read_timeout) == ({"bot_id": ids.bot}, 3)

    def test_a_bot_without_settings_is_shown_without(self, gateway: Gateway, wire: Wire) -> None:
        """Given an answer with nothing but an id, when it is shown, then nothing else is known of the bot."""
        wire.ok("GET /v1/bots/1", {"bot_id": "1"})
        shown = gateway.bots.retrieve("1")
        assert {name for name, value in shown.model_dump().items() if value is not None} == {"id", "logid"}


@pytest.mark.asyncio
class TestWorkspaces:
    """`workspaces.list`."""

    async def test_they_come_in_pages(
        self, sdk: Client, wire: Wire, play_page: Callable[..., None], make_workspace: Factory
    ) -> None:
        """Given two workspaces in pages of one, when all are read, then two pages are asked for by `page_num`."""
        play_page("workspaces", [make_workspace(id="1")], total_count=2)
        play_page("workspaces", [make_workspace(id="2", workspace_type="team", role_type="member")], total_count=2)
        found = await sdk.items(lambda coze: coze.workspaces.list(page_size=1))
        assert [(space.id, space.workspace_type) for space in found] == [("1", "personal"), ("2", "team")]
        assert [sent.query for sent in wire.sent] == [
            {"page_num": "1", "page_size": "1"}, {"page_num": "2", "page_size": "1"},
        ]  # fmt: skip

    async def test_a_role_that_is_new_is_kept_with_a_warning(
        self, sdk: Client, play_page: Callable[..., None], make_workspace: Factory
    ) -> None:
        """Given a role that this SDK does not know, when workspaces are listed, then it warns and goes on."""
        play_page("workspaces", [make_workspace(role_type="guest")], total_count=1)
        with pytest.warns(UserWarning, match="Unknown WorkspaceRoleType value: guest"):
            (space,) = await sdk.items(lambda coze: coze.workspaces.list())
        assert space.role_type == "guest"

    @pytest.mark.parametrize("code", [4101, 4200])
    async def test_a_missing_workspace_is_refused(self, ours: Client, wire: Wire, code: int) -> None:
        """Given a workspace that is not there or not the token's, when its bots are listed, then the code tells."""
        wire.refuse(BOTS, code)
        with pytest.raises(RefusedError, match=str(code)):
            await ours.ask(lambda coze: coze.bots.list(space_id="1", use_api_version=2))


class TestGatewayWorkspaces:
    """Workspaces as the site shows them."""

    def test_they_are_counted(
        self, gateway: Gateway, play_page: Callable[..., None], make_workspace: Factory, ids: Ids
    ) -> None:
        """Given one of three workspaces on a page, when it is shown, then with total, successor and log id."""
        play_page("workspaces", [make_workspace()], total_count=3)
        page = gateway.workspaces.list(1, 1)
        assert [space.id for space in page.items] == [ids.workspace]
        assert (page.total, page.has_more, page.page_num, page.logid) == (3, True, 1, LOGID)


@pytest.mark.asyncio
class TestBotChanges:
    """`bots.create`, `update`, `publish` and `unpublish`."""

    async def test_a_bot_is_created_with_what_was_set(self, sdk: Client, wire: Wire) -> None:
        """Given a name and a prompt, when a bot is created, then only these are sent and its id comes back."""
        wire.ok(CREATE, {"bot_id": "9"})
        prompt = cozepy.BotPromptInfo(prompt="Be brief.")
        made = await sdk.ask(lambda coze: coze.bots.create(space_id="1", name="Weather", prompt_info=prompt))
        assert (made.bot_id, made.response.logid) == ("9", LOGID)
        assert wire.sent[0].json == {"space_id": "1", "name": "Weather", "prompt_info": {"prompt": "Be brief."}}

    async def test_an_update_names_the_bot_and_answers_nothing(self, sdk: Client, wire: Wire) -> None:
        """Given a bot, when its name is changed, then only that is sent, and the answer has no data but a log id."""
        wire.ok(UPDATE)
        changed = await sdk.ask(lambda coze: coze.bots.update(bot_id="1", name="Climate"))
        assert wire.sent[0].json == {"bot_id": "1", "name": "Climate"}
        assert changed.response.logid == LOGID

    @pytest.mark.parametrize(("given", "sent"), [(None, ["1024"]), (["999"], ["999"])])
    async def test_it_is_published_to_the_api_unless_told_otherwise(
        self, sdk: Client, wire: Wire, given: list[str] | None, sent: list[str]
    ) -> None:
        """Given a bot, when it is published, then to connector 1024 by default, and its version comes back."""
        wire.ok(PUBLISH, {"bot_id": "1", "version": "17"})
        bot = await sdk.ask(lambda coze: coze.bots.publish(bot_id="1", connector_ids=given))
        assert bot.version == "17"
        assert wire.sent[0].json == {"bot_id": "1", "connector_ids": sent}

    async def test_it_is_withdrawn_from_one_channel(self, sdk: Client, wire: Wire) -> None:
        """Given a published bot, when it is withdrawn, then its id is in the path and the channel in the body."""
        wire.ok("POST /v1/bots/1/unpublish")
        done = await sdk.ask(lambda coze: coze.bots.unpublish(bot_id="1", connector_id="1024"))
        assert wire.sent[0].json == {"bot_id": "1", "connector_id": "1024", "unpublish_reason": None}
        assert done.response.logid == LOGID

    async def test_sensitive_words_are_not_published(self, ours: Client, wire: Wire) -> None:
        """Given a bot that Coze's censor rejects, when it is published, then the code tells and nothing is repeated."""
        wire.refuse(PUBLISH, 4105)
        with pytest.raises(RefusedError, match="4105"):
            await ours.ask(lambda coze: coze.bots.publish(bot_id="1"))
        assert len(wire.sent) == 1

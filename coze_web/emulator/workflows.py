"""The workflows of the one workspace: one that is published, and one that nobody has published yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coze_web.emulator.owner import USER, WORKSPACE_ID
from coze_web.emulator.refusals import Refusal

WORKFLOW_ID = "7380000000000000001"
UNPUBLISHED_WORKFLOW_ID = "7380000000000000002"


@dataclass(frozen=True)
class Workflow:
    """A workflow; nothing in the API changes one."""

    id: str
    name: str
    description: str
    published: bool
    mode: str = "workflow"
    app_id: str = "0"  # as Coze says it where a workflow belongs to no app

    def view(self) -> dict[str, Any]:
        """Return the workflow as lists and `workflow_detail` show it."""
        return {
            "workflow_id": self.id,
            "workflow_name": self.name,
            "description": self.description,
            "icon_url": "",
            "app_id": self.app_id,
            "created_at": 1718000000,
            "updated_at": 1718700000,
            "creator": {"id": USER["user_id"], "name": USER["user_name"]},
        }


WORKFLOWS = (
    Workflow(WORKFLOW_ID, "embedded_demo", "The demo workflow: Start, Model, End", published=True),
    Workflow(UNPUBLISHED_WORKFLOW_ID, "embedded_draft", "A workflow that nobody has published yet", published=False),
)


def find_workflow(workflow_id: str) -> Workflow:
    """Return a workflow; refuse 4200 where there is none."""
    found = next((workflow for workflow in WORKFLOWS if workflow.id == workflow_id), None)
    if found is None:
        raise Refusal(4200, f"Requested resource workflow_id={workflow_id} does not exist.")
    return found


def require_published(workflow_id: str) -> None:
    """Refuse 4200 a workflow that does not exist, or that was never published."""
    if not find_workflow(workflow_id).published:
        raise Refusal(4200, f"The workflow {workflow_id} has not been published.")


def debug_url(workflow_id: str, execute_id: str) -> str:
    """Return where the real Coze would show a run."""
    query = f"execute_id={execute_id}&space_id={WORKSPACE_ID}&workflow_id={workflow_id}"
    return f"https://www.coze.cn/work_flow?{query}"

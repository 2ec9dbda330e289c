"""OpenEnv's own clients drive an episode: openenv_client.py URL QUESTION."""
import asyncio
import json
import sys

from openenv.core.generic_client import GenericEnvClient
from openenv.core.mcp_client import MCPToolClient

url, question_id = sys.argv[1:]
with GenericEnvClient(base_url=url).sync() as env:
    first = env.reset(question_id=question_id)
    found = env.step({"type": "call_tool", "tool_name": "search_table", "arguments": {"query": "Arland"}})
    end = env.step({"type": "call_tool", "tool_name": "answer", "arguments": {"answer": "Arland City"}})
    state = env.state()


async def by_tools():
    async with MCPToolClient(base_url=url) as env:
        await env.reset(question_id=question_id)
        tools = await env.list_tools()
        result = await env.call_tool("search_table", query="Arland")
        return [tool.name for tool in tools], result


names, result = asyncio.run(by_tools())
print(
    json.dumps(
        {
            "question": first.observation["question"],
            "first": [first.reward, first.done],
            "found": found.observation["result"],
            "rewards": [found.reward, end.reward],
            "done": end.done,
            "state": [state["step_count"], state["total_reward"], len(state["steps"])],
            "tools": names,
            "result": result,
        }
    )
)

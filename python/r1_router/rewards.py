"""Rewards of runs, as r1-router's own training gives them: `POST /v1/rewards` of `r1-router environment serve`."""
from .http import Service


class RewardService:
    """`RewardService("http://127.0.0.1:8485").score([{"question_id": ..., "steps": [...], "answer": ...}])`."""

    def __init__(self, url, api_key=None, rewards=None, timeout=120.0):
        """`rewards`: a preset by name or `{"weights": {...}}`; the server's own where it is left out."""
        self.service = Service(url, api_key, timeout)
        self.rewards = rewards

    def score(self, runs):
        """For each run `{"total": [one number a step], "parts": {reward: [one number a step]}}`."""
        body = {"runs": list(runs)}
        if self.rewards is not None:
            body["rewards"] = self.rewards
        return self.service.post("/v1/rewards", body)["rewards"]

    def totals(self, runs):
        """The reward of each run as one number."""
        return [sum(scored["total"]) for scored in self.score(runs)]

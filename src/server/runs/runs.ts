/** `/v1/runs`: what was asked lately, each run with its steps, its events once more, and what people say of it. */
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { appendFeedback, type Feedback as KeptFeedback } from '../../graph/runs/kept-runs.ts';
import { placeAfter, sendEvents } from '../ask/ask.ts';
import { parseBody } from '../ask/ask-request.ts';
import { errorReply, HttpError } from '../error-reply.ts';
import type { RouterServerOptions } from '../options.ts';
import { contextOf } from '../request-context.ts';
import { type Feedback, FeedbackSchema, type LoggedRun, type RunLog, stepsOf } from './run-log.ts';

const fresh = (response: Response) => response.set('Cache-Control', 'no-store');

export function listRuns(log: RunLog): RequestHandler {
  return (_request, response) => {
    const runs = log.recent(contextOf(response).owner).map((run) => {
      const { runId, question, startedAt, status } = run;
      const output = run.output();
      return {
        runId,
        question,
        answer: output?.answer ?? null,
        startedAt,
        status,
        stopReason: output?.stopReason ?? null,
      };
    });
    fresh(response).json({ runs });
  };
}

export function showRun(log: RunLog): RequestHandler {
  return (request, response) => {
    const run = findRun(log, request.params.runId, response);
    const { runId, question, startedAt, status, feedback } = run;
    const output = run.output() ?? { runId, question, answer: null, stopReason: null, steps: stepsOf(run.events) };
    const { code, message } =
      run.error === undefined ? {} : (errorReply(run.error) as { code?: string; message?: string });
    fresh(response).json({
      ...output,
      startedAt,
      status,
      feedback,
      ...(code !== undefined && { error: { code, message } }),
    });
  };
}

/** The events of a run, from the one on that `Last-Event-ID` names: what `EventSource` reads. */
export function followRun(log: RunLog, options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const run = findRun(log, request.params.runId, response);
    await sendEvents(run, placeAfter(run, request.get('last-event-id')), response, options, { begins: true });
  };
}

export function takeFeedback(log: RunLog, options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const run = findRun(log, request.params.runId, response);
    const given = parseBody(FeedbackSchema, request.body);
    const feedback = { ...given, at: new Date().toISOString() };
    // A run is judged by a few people, and not filled by one.
    if (run.feedback.length >= 100) run.feedback.shift();
    run.feedback.push(feedback);
    const { keeper, onFeedback } = options;
    if (keeper) await appendFeedback(keeper.directory, run.runId, keptFeedback(given));
    await onFeedback?.({ runId: run.runId, ...given });
    fresh(response).status(201).json({ runId: run.runId, feedback });
  };
}

/** A reward is in [0, 1]: what is wrong is worth nothing. */
function keptFeedback({ score, comment }: Feedback): KeptFeedback {
  return { key: 'user_score', score: Math.max(0, score), ...(comment !== undefined && { comment }) };
}

const RunId = z.uuid();

function findRun(log: RunLog, runId: unknown, response: Response): LoggedRun {
  const context = contextOf(response);
  const run = RunId.safeParse(runId).success ? log.find(context.owner, String(runId)) : undefined;
  if (run) {
    context.runId = run.runId;
    return run;
  }
  const message = 'no run of this id is remembered; list them with GET /v1/runs';
  throw new HttpError({ status: 404, code: 'unknown-run', message });
}

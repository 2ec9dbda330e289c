/** The part of a local LangSmith that keeps datasets, their examples, and projects (which it calls sessions). */
import { randomUUID } from 'node:crypto';

export interface SunkExample {
  id: string;
  dataset_id: string;
  inputs: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  split?: string;
}

export interface SunkProject {
  id: string;
  name: string;
  reference_dataset_id?: string;
  extra?: { metadata?: Record<string, unknown> };
}

interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Buffer;
  type: string;
}

export function createDatasets() {
  const datasets: { id: string; name: string; created_at: string }[] = [];
  const examples: SunkExample[] = [];
  const projects: SunkProject[] = [];
  const json = (body: Buffer) => JSON.parse(body.toString('utf8'));
  const now = new Date(0).toISOString();

  async function addExamples(datasetId: string, { body, type }: Asked) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const ids: string[] = [];
    for (const [name, value] of form) {
      const [id = '', field] = name.split('.');
      const part = JSON.parse(typeof value === 'string' ? value : await value.text());
      const known = examples.find((example) => example.id === id);
      if (known && field) Object.assign(known, { [field]: part });
      else {
        ids.push(id);
        examples.push({ id, dataset_id: datasetId, ...part });
      }
    }
    return { count: ids.length, example_ids: ids };
  }

  /** Undefined for what is none of these; a status where something is not there. */
  async function answer(asked: Asked): Promise<object | number | undefined> {
    const { method, path, query, body } = asked;
    const [, datasetId] = /\/v1\/platform\/datasets\/([^/]+)\/examples$/.exec(path) ?? [];
    if (method === 'POST' && datasetId !== undefined) return addExamples(datasetId, asked);
    if (method === 'POST' && path === '/datasets') {
      const dataset = { id: randomUUID(), created_at: now, modified_at: now, tenant_id: randomUUID(), ...json(body) };
      datasets.push(dataset);
      return dataset;
    }
    if (method === 'GET' && path.startsWith('/datasets')) {
      const wanted = path.slice('/datasets/'.length) || query.get('name');
      return datasets.filter(({ id, name }) => id === wanted || name === wanted);
    }
    if (method === 'GET' && path === '/examples') {
      const all = examples.filter(({ dataset_id }) => dataset_id === query.get('dataset'));
      const [from, many] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
      return all.slice(from, from + many).map((example) => ({ created_at: now, modified_at: now, ...example }));
    }
    if (method === 'POST' && path === '/sessions') {
      const project = { id: randomUUID(), tenant_id: randomUUID(), ...json(body) };
      projects.push(project);
      return project;
    }
    if (method === 'GET' && path === '/sessions') {
      const name = query.get('name');
      return projects.filter((project) => name === null || project.name === name);
    }
    if (method === 'PATCH' && path.startsWith('/sessions/')) {
      const project = projects.find(({ id }) => path.endsWith(id));
      const changes = Object.entries(json(body)).filter(([, value]) => value !== null);
      return project ? Object.assign(project, Object.fromEntries(changes)) : 404;
    }
    return undefined;
  }
  return { datasets, examples, projects, answer };
}

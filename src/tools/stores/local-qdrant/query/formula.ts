/**
 * Formula queries: an arithmetic expression over the prefetched scores and the payload gives the new score. All operators of the
 * server are here; a variable without value and default is an error, as is a result that is no finite number.
 */
import { badRequest } from '../errors.ts';
import { parseDatetime } from '../filter/datetime.ts';
import type { Filter } from '../filter/filter.ts';
import { parseFilter } from '../filter/filter.ts';
import { asGeoPoint, type GeoPoint, geoDistance, readGeoPoint } from '../filter/geo.ts';
import type { Json, PathStep } from '../payload/json-path.ts';
import { parsePath } from '../payload/json-path.ts';

export interface FormulaPlan {
  expression: Expression;
  defaults: Record<string, Json>;
}

type Decay = 'lin' | 'exp' | 'gauss';

type Expression =
  | { kind: 'constant'; value: number }
  | { kind: 'score'; list: number; path: string }
  | { kind: 'variable'; path: string; steps: readonly PathStep[] }
  | { kind: 'condition'; filter: Filter }
  | { kind: 'geo-distance'; origin: GeoPoint; path: string; steps: readonly PathStep[] }
  | { kind: 'datetime-key'; path: string; steps: readonly PathStep[] }
  | { kind: 'sum' | 'mult'; terms: Expression[] }
  | { kind: 'neg' | 'abs' | 'sqrt' | 'exp' | 'ln' | 'log10'; of: Expression }
  | { kind: 'div'; left: Expression; right: Expression; byZero: number | undefined }
  | { kind: 'pow'; base: Expression; exponent: Expression }
  | { kind: 'decay'; shape: Decay; x: Expression; target: Expression | undefined; lambda: number };

const CONDITION_KEYS = [
  'key',
  'is_empty',
  'is_null',
  'has_id',
  'has_vector',
  'nested',
  'must',
  'should',
  'must_not',
  'min_should',
  'slice',
];
const SCORE = /^\$score(?:\[(\d+)\])?$/;

export function parseFormula(query: object, where: string): FormulaPlan {
  const formula = 'formula' in query ? query.formula : undefined;
  const defaults = 'defaults' in query && query.defaults ? query.defaults : {};
  if (typeof defaults !== 'object') throw badRequest(`${where}.defaults must be an object`);
  return { expression: parseExpression(formula, `${where}.formula`), defaults: defaults as Record<string, Json> };
}

function parseExpression(input: unknown, where: string): Expression {
  if (typeof input === 'number') {
    if (!Number.isFinite(input)) throw badRequest(`${where} must be finite`);
    return { kind: 'constant', value: Math.fround(input) };
  }
  if (typeof input === 'string') {
    const score = SCORE.exec(input);
    if (score) return { kind: 'score', list: Number(score[1] ?? 0), path: input };
    if (input.startsWith('$'))
      throw badRequest(`${where}: ${input} is no variable; known: $score, $score[N] and payload paths`);
    return { kind: 'variable', path: input, steps: parsePath(input) };
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw badRequest(`${where} is no expression`);
  if (CONDITION_KEYS.some((key) => key in input)) {
    const filter = parseFilter({ must: [input] }, where);
    if (filter) return { kind: 'condition', filter };
  }
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  if (entries.length !== 1) throw badRequest(`${where} must have exactly one operator`);
  const [operator, value] = entries[0]! as [string, unknown];
  return parseOperator(operator, value, `${where}.${operator}`);
}

function parseOperator(operator: string, value: unknown, where: string): Expression {
  const part = (name: string): unknown =>
    typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;
  switch (operator) {
    case 'sum':
    case 'mult':
      if (!Array.isArray(value)) throw badRequest(`${where} must be an array of expressions`);
      return { kind: operator, terms: value.map((term, i) => parseExpression(term, `${where}[${i}]`)) };
    case 'neg':
    case 'abs':
    case 'sqrt':
    case 'exp':
    case 'ln':
    case 'log10':
      return { kind: operator, of: parseExpression(value, where) };
    case 'div': {
      const byZero = part('by_zero_default');
      return {
        kind: 'div',
        left: parseExpression(part('left'), `${where}.left`),
        right: parseExpression(part('right'), `${where}.right`),
        byZero: typeof byZero === 'number' ? byZero : undefined,
      };
    }
    case 'pow':
      return {
        kind: 'pow',
        base: parseExpression(part('base'), `${where}.base`),
        exponent: parseExpression(part('exponent'), `${where}.exponent`),
      };
    case 'geo_distance': {
      const to = part('to');
      if (typeof to !== 'string') throw badRequest(`${where}.to must be a payload path`);
      return {
        kind: 'geo-distance',
        origin: readGeoPoint(part('origin'), `${where}.origin`),
        path: to,
        steps: parsePath(to),
      };
    }
    case 'datetime': {
      const time = typeof value === 'string' ? parseDatetime(value) : undefined;
      if (time === undefined) throw badRequest(`${where} must be a date-time`);
      return { kind: 'constant', value: time / 1000 };
    }
    case 'datetime_key':
      if (typeof value !== 'string') throw badRequest(`${where} must be a payload path`);
      return { kind: 'datetime-key', path: value, steps: parsePath(value) };
    case 'lin_decay':
    case 'exp_decay':
    case 'gauss_decay': {
      const shape = operator.slice(0, -'_decay'.length) as Decay;
      const target = part('target');
      return {
        kind: 'decay',
        shape,
        x: parseExpression(part('x'), `${where}.x`),
        target: target === undefined || target === null ? undefined : parseExpression(target, `${where}.target`),
        lambda: decayLambda(shape, part('scale'), part('midpoint'), where),
      };
    }
    default:
      throw badRequest(`${where} is no operator of formulas`);
  }
}

/** The rate at which the decay is `midpoint` at the distance `scale` from its target. */
function decayLambda(shape: Decay, scale: unknown, midpoint: unknown, where: string): number {
  const s = typeof scale === 'number' ? scale : 1;
  const m = typeof midpoint === 'number' ? midpoint : 0.5;
  if (!(s > 0)) throw badRequest(`${where}.scale must be positive`);
  if (!(m > 0 && m < 1)) throw badRequest(`${where}.midpoint must lie between 0 and 1`);
  if (shape === 'lin') return (1 - m) / s;
  return shape === 'exp' ? Math.log(m) / s : Math.log(m) / (s * s);
}

/** What an expression can ask of one point. */
export interface FormulaInput {
  /** Score of the point in the N-th prefetch; undefined where it was not among its hits. */
  score(list: number): number | undefined;
  values(path: string, steps: readonly PathStep[]): readonly Json[];
  meets(filter: Filter): boolean;
}

function missing(what: string): never {
  throw badRequest(`the formula needs ${what}, which a point lacks; give it a value in defaults`);
}

function finite(value: number, what: string): number {
  if (!Number.isFinite(value))
    throw badRequest(`the formula gives ${value} at ${what}; guard it, e.g. with by_zero_default`);
  return value;
}

export function evaluateFormula({ expression, defaults }: FormulaPlan, input: FormulaInput): number {
  const one = (path: string, steps: readonly PathStep[]): Json | undefined => {
    // Several values are no number, as on the server: name one of them in the path.
    const values = input.values(path, steps);
    const value = values.length > 1 ? [...values] : values[0];
    return value ?? defaults[path];
  };
  const evaluate = (node: Expression): number => {
    switch (node.kind) {
      case 'constant':
        return node.value;
      case 'score': {
        const score = input.score(node.list) ?? defaults[node.path] ?? 0;
        return typeof score === 'number' ? score : missing(node.path);
      }
      case 'variable': {
        const value = one(node.path, node.steps);
        return typeof value === 'number' ? value : missing(`a number at ${node.path}`);
      }
      case 'condition':
        return input.meets(node.filter) ? 1 : 0;
      case 'geo-distance': {
        const point = asGeoPoint(one(node.path, node.steps));
        return point ? geoDistance(node.origin, point) : missing(`a point {lon, lat} at ${node.path}`);
      }
      case 'datetime-key': {
        const value = one(node.path, node.steps);
        const time = typeof value === 'string' ? parseDatetime(value) : undefined;
        return time === undefined ? missing(`a date-time at ${node.path}`) : time / 1000;
      }
      case 'sum':
        return node.terms.reduce((total, term) => total + evaluate(term), 0);
      case 'mult': {
        let product = 1;
        for (const term of node.terms) {
          product *= evaluate(term);
          // A factor of zero decides; the server does not look at the rest either.
          if (product === 0) return 0;
        }
        return product;
      }
      case 'neg':
        return -evaluate(node.of);
      case 'abs':
        return Math.abs(evaluate(node.of));
      case 'sqrt':
        return finite(Math.sqrt(evaluate(node.of)), 'sqrt');
      case 'exp':
        return finite(Math.exp(evaluate(node.of)), 'exp');
      case 'ln':
        return finite(Math.log(evaluate(node.of)), 'ln');
      case 'log10':
        return finite(Math.log10(evaluate(node.of)), 'log10');
      case 'div': {
        const left = evaluate(node.left);
        if (left === 0) return 0;
        const right = evaluate(node.right);
        if (right === 0 && node.byZero !== undefined) return node.byZero;
        return finite(left / right, 'div');
      }
      case 'pow':
        return finite(evaluate(node.base) ** evaluate(node.exponent), 'pow');
      case 'decay': {
        const distance = evaluate(node.x) - (node.target ? evaluate(node.target) : 0);
        if (node.shape === 'lin') return Math.max(0, 1 - node.lambda * Math.abs(distance));
        return Math.exp(node.lambda * (node.shape === 'exp' ? Math.abs(distance) : distance * distance));
      }
      default:
        return node satisfies never;
    }
  };
  return Math.fround(evaluate(expression));
}

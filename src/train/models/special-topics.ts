/**
 * Knowledge bases on special topics, and what is asked of them: invented descriptions and invented questions that share a topic
 * and often a word. Beside a user's knowledge bases they teach a scorer that a question belongs where the description speaks of
 * it, a fourth one included. Written by hand from topics; names are invented syllables, so that no fact is learnt.
 */
import type { Random } from '../../common/random.ts';
import type { Modality } from '../../tools/knowledge-base.ts';
import { inventedName } from './prior-questions.ts';

export interface SpecialTopic {
  title: string;
  /** What is there, what is said of it, and what is done with it, as words for descriptions and questions. */
  things: readonly string[];
  properties: readonly string[];
  acts: readonly string[];
}

const list = (text: string): string[] => text.split(',').map((word) => word.trim());
const topic = (title: string, things: string, properties: string, acts: string): SpecialTopic => ({
  title,
  things: list(things),
  properties: list(properties),
  acts: list(acts),
});

export const TOPICS: readonly SpecialTopic[] = [
  topic(
    'recipes and cooking instructions',
    'recipe, dough, soup, sauce, cake, stew, marinade, casserole, dessert',
    'oven temperature, baking time, ingredient, serving size, amount of salt, side dish, spice',
    'bake, knead, simmer, fry, marinate, chill, whisk',
  ),
  topic(
    'abstracts of medical papers and drug leaflets',
    'drug, tablet, patient, trial, vaccine, therapy, symptom, dose, infection',
    'side effect, dosage, half-life, contraindication, diagnosis, sample size, active substance',
    'treat, prescribe, inhibit, relieve, interact, administer',
  ),
  topic(
    'court decisions and statutes',
    'court, statute, appeal, judge, contract, defendant, ruling, clause, tenant',
    'sentence, limitation period, liability, burden of proof, legal basis, penalty, jurisdiction',
    'overrule, sue, convict, terminate, enforce, dismiss',
  ),
  topic(
    'source code and interface documentation',
    'function, class, method, module, library, interface, parameter, endpoint, exception, package, request',
    'return value, default value, argument, status code, header, type, signature, version, timeout, key',
    'return, throw, call, import, parse, validate, serialize, authenticate',
  ),
  topic(
    'manuals and command references of programs',
    'command, option, flag, program, server, file, log, configuration, script, plugin, database, cache, model, process, test run',
    'setting, environment variable, exit code, error message, limit, path, format, memory, output, metric, port',
    'configure, install, start, set, log, store, load, run, crash, retry, restart, train, evaluate',
  ),
  topic(
    'support tickets of a software product',
    'ticket, customer, bug, release, crash, account, update, login, app, workaround',
    'error code, severity, cause, resolution, affected version, browser, priority',
    'crash, freeze, fail, reset, reproduce, sync, update',
  ),
  topic(
    'job offers and staff handbooks of one company',
    'employee, vacation, job, manager, department, office, contract, expense, training, holiday',
    'salary, notice period, dress code, sick leave, working hours, allowance, remote work policy',
    'apply, hire, resign, reimburse, approve, promote',
  ),
  topic(
    'chemical compounds and safety sheets',
    'solvent, acid, reagent, catalyst, polymer, vapour, hazard, container',
    'flash point, solubility, boiling point, exposure limit, storage class, first aid measure, density',
    'dissolve, react, ignite, dilute, evaporate, neutralise',
  ),
  topic(
    'patents and technical drawings',
    'patent, invention, claim, inventor, drawing, apparatus, valve, bearing',
    'filing date, prior art, tolerance, material, scale, priority date, assignee',
    'claim, license, infringe, disclose, rotate, seal',
  ),
  topic(
    'star catalogues and astronomical observations',
    'star, galaxy, telescope, nebula, exoplanet, comet, pulsar, observation',
    'magnitude, redshift, declination, orbital period, spectral class, distance, brightness',
    'orbit, observe, transit, pulsate, eclipse, shine',
  ),
  topic(
    'poems and their interpretations',
    'poem, stanza, verse, sonnet, metaphor, ballad, refrain, poet',
    'rhyme scheme, metre, theme, mood, image, last line, meaning',
    'rhyme, allude, mourn, praise, symbolise, echo',
  ),
  topic(
    'train and bus timetables of one city',
    'train, bus, tram, line, stop, platform, ticket, night service',
    'departure, fare, platform number, interval, travel time, last connection, zone',
    'depart, arrive, stop, connect, run, transfer',
  ),
  topic(
    'plant care and garden design',
    'rose, lawn, hedge, shrub, seedling, compost, flower bed, pot',
    'watering, soil, pruning time, frost hardiness, fertiliser, spacing, pest',
    'prune, water, sow, repot, bloom, mulch',
  ),
  topic(
    'sheet music and chord charts',
    'chord, melody, score, bar, scale, movement, voice, tuning',
    'key signature, tempo, fingering, time signature, capo position, dynamic, clef',
    'play, modulate, transpose, tune, resolve, repeat',
  ),
  topic(
    'insurance contracts and their terms',
    'policy, claim, premium, insurer, damage, accident, contract, cover',
    'deductible, coverage limit, waiting period, exclusion, notice period, surcharge, beneficiary',
    'cover, claim, cancel, insure, reimburse, exclude',
  ),
  topic(
    'minutes of a local council',
    'council, motion, resident, mayor, road works, budget, playground, planning application',
    'vote, decision, cost estimate, agenda item, objection, deadline, amendment',
    'approve, reject, postpone, propose, debate, fund',
  ),
  topic(
    'sewing patterns and fabric samples',
    'pattern, fabric, seam, sleeve, lining, zip, thread, hem',
    'seam allowance, grain line, needle size, stitch length, waist measurement, fabric width, washing',
    'sew, cut, hem, iron, pin, gather',
  ),
  topic(
    'weather station readings',
    'station, storm, rain gauge, wind, frost, snow, sensor, forecast',
    'temperature, humidity, air pressure, rainfall, gust speed, visibility, dew point',
    'measure, record, forecast, freeze, rain, calibrate',
  ),
  topic(
    'real estate listings',
    'flat, house, plot, landlord, balcony, garage, listing, cellar',
    'rent, floor area, deposit, heating, purchase price, energy class, number of rooms',
    'rent, sell, renovate, buy, furnish, view',
  ),
  topic(
    'board game rules',
    'card, die, board, player, token, expansion, turn, piece',
    'victory condition, starting hand, number of players, bonus, penalty, playing time, setup',
    'roll, draw, trade, discard, move, win',
  ),
  topic(
    'quarterly accounts of companies',
    'company, quarter, subsidiary, shareholder, segment, balance sheet, auditor, bond',
    'revenue, net profit, dividend, operating margin, debt, cash flow, depreciation',
    'report, grow, write off, invest, acquire, restate',
  ),
  topic(
    'orders and invoices of a shop',
    'order, invoice, customer, parcel, article, refund, discount, supplier',
    'delivery date, total amount, payment method, tracking number, tax, shipping cost, stock',
    'order, ship, return, pay, deliver, invoice',
  ),
  topic(
    'machine parts and their manuals',
    'pump, engine, filter, belt, motor, gearbox, machine, dishwasher, printer',
    'maintenance interval, torque, spare part, oil grade, fault code, voltage, part number',
    'replace, lubricate, assemble, clean, tighten, descale',
  ),
  topic(
    'lectures and exercises of a course',
    'lecture, exercise, theorem, proof, exam, lemma, homework, definition, course',
    'grading, deadline, prerequisite, solution, credit, reading list, hint',
    'prove, derive, submit, pass, solve, define',
  ),
  topic(
    'chat messages and meeting notes of a team',
    'meeting, sprint, release, colleague, channel, task, deadline, decision',
    'action item, owner, status, due date, agenda, blocker, estimate',
    'decide, assign, postpone, ship, discuss, review',
  ),
  topic(
    'travel guides of one region',
    'hotel, trail, beach, ferry, campsite, market, viewpoint, restaurant',
    'opening hours, entrance fee, booking, best season, hiking time, parking, tip',
    'book, hike, visit, rent, stay, swim',
  ),
  topic(
    'exercise plans and rules of a sports club',
    'member, coach, workout, court, beginner, warm-up, gym, race',
    'membership fee, training time, heart rate, repetition, locker, equipment, injury',
    'stretch, train, lift, join, warm up, compete',
  ),
  topic(
    'veterinary notes and animal keeping',
    'dog, horse, stable, vaccination, feed, litter, aquarium, vet',
    'feeding time, worming, body weight, water temperature, cage size, breed standard, allergy',
    'feed, groom, vaccinate, breed, limp, bathe',
  ),
];

const QUESTIONS = [
  'What is the {property} of the {thing} {name}?',
  'What is the {property} of a {thing}?',
  'What {property} does the {thing} {name} have?',
  'What {property} does a {thing} need?',
  'Which {property} applies to the {thing}?',
  'Which {property} is given for the {name} {thing}?',
  'Which {thing} has the {property} {name}?',
  'Which {thing} sets the {property} of the {thing}?',
  'Which {thing} needs a {property}?',
  'Which {thing} holds the {property} of a {thing}?',
  'How do I {act} the {thing}?',
  'How do I {act} a {thing} with a {property}?',
  'How long does the {thing} {act}?',
  'How many {thing}s may a {thing} {act}?',
  'How many {thing}s does {name} {act} at once?',
  'How is the {property} of the {thing} chosen?',
  'How is a {thing} {act}ed by {name}?',
  'How does the {thing} {act} after the {property}?',
  'How does {name} {act} the {thing}?',
  'What happens when a {thing} {act}s?',
  'What does the {thing} do when it {act}s without a {property}?',
  'What does the {property} of the {thing} mean?',
  'What does {name} mean for the {thing}?',
  'When should I {act} the {thing}?',
  'When must a {thing} {act}?',
  'Where is the {property} of the {thing} written?',
  'Why does the {thing} {act}?',
  'Why is the {property} of {name} so high?',
  'Who may {act} the {thing}?',
  'Can the {thing} {act} without {property}?',
  'Is the {property} of the {thing} {number}?',
  'Does the {thing} {name} have a {property}?',
  'May I {act} the {thing} {number} times?',
  '{property} of the {thing} {name}',
  '{act} {thing} {property}',
];

/** A question on the topic; a third of them as people type it, without capitals and question mark. */
export function topicQuestion({ things, properties, acts }: SpecialTopic, random: Random): string {
  const slots: Record<string, () => string> = {
    thing: () => random.pick(things),
    property: () => random.pick(properties),
    act: () => random.pick(acts),
    name: () => inventedName(random),
    number: () => String(random.below(60)),
  };
  const text = random.pick(QUESTIONS).replaceAll(/\{(\w+)\}/g, (_, slot: string) => slots[slot]!());
  return random.below(3) === 0 ? text.toLowerCase().replace(/\?$/, '') : text;
}

const LEADS: Record<Modality, readonly string[]> = {
  text: ['', '', 'Documents about ', 'Articles on ', 'Our own notes on ', 'The handbook: '],
  'text-image': ['', 'Images of ', 'Pictures and scans for ', 'Photos with captions about '],
  table: ['', 'Tables of ', 'Spreadsheets on ', 'Records and lists of '],
};

/** A description of the topic: its title, or some of its words, or both. */
export function topicDescription(
  { title, things, properties }: SpecialTopic,
  modality: Modality,
  random: Random,
): string {
  const words = random.shuffle([...things.map((thing) => `${thing}s`), ...properties]).slice(0, 3 + random.below(5));
  const chance = random.next();
  const text = chance < 0.35 ? title : chance < 0.65 ? words.join(', ') : `${title}: ${words.join(', ')}`;
  return `${random.pick(LEADS[modality])}${text}`;
}

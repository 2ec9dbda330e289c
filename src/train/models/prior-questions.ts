/**
 * What questions for a kind of knowledge base tend to look like, as a small generator written by hand: tables are asked for
 * counts, extremes, ranks and cells of a row; text for who, where and why of people, places and works; images for what can be
 * seen. Mixed into a user's rows when a scorer is trained, it says what is typical beyond the wordings that happen to be in
 * those rows. Names are invented syllables, so that no fact is learnt.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import type { Modality } from '../../tools/knowledge-base.ts';

type Slot = (random: Random) => string;

const words = (text: string): Slot => {
  const list = text.split(',').map((word) => word.trim());
  return (random) => random.pick(list);
};

const SYLLABLES =
  'ba be bo bra cal dan del dor el fa fin gar gla hen hol in jo ka kel la lin lor ma mar mi mon na nel no or pa pe ral ri ro sa sel sha so stan ta ter ti tor u val ven wil za'.split(
    ' ',
  );

function invented(random: Random): string {
  const word = Array.from({ length: 2 + random.below(2) }, () => random.pick(SYLLABLES)).join('');
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function inventedName(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () => invented(random)).join(' ');
}

const number: Slot = (random) => String(random.below(random.below(2) === 0 ? 30 : 2000));

const SLOTS: Record<string, Slot> = {
  name: inventedName,
  place: (random) => invented(random),
  year: (random) => String(1900 + random.below(125)),
  number,
  score: (random) => `${number(random)}-${number(random)}`,
  date: (random) =>
    `${words('January, February, March, April, May, June, July, August, September, October, November, December')(random)} ${1 + random.below(28)}`,
  column: words(
    'score, points, rank, total, number, date, year, week, round, result, record, venue, attendance, opponent, position, team, player, driver, rider, club, country, nation, district, party, votes, incumbent, candidate, title, episode, season, director, writer, air date, viewers, rating, code, model, type, class, category, status, length, height, weight, speed, capacity, population, area, density, price, cost, revenue, frequency, city of license, location, stadium, home team, away team, crowd, tie, margin, prize, money, purse, goals, wins, losses, draws, laps, grid, time, points difference, overall, pick, college, school, nickname, enrollment, founded, built, floors, gold, silver, bronze, medals, rounds, matches, appearances, partner, surface, final score, runner-up, winner, champion, constructor, engine, chassis, sponsor, manufacturer, artist, song, album, label, chart position, peak, sales, format, release date, version, price, language, notes, original name, number of seats, percentage, average, ratio',
  ),
  things: words(
    'games, matches, players, teams, episodes, seasons, years, points, goals, wins, losses, medals, votes, people, viewers, rounds, laps, districts, counties, cities, schools, stations, songs, albums, titles, events, races, drivers, tournaments, locations, dates, different venues, entries, records, members, nominations, buildings, models, programs, areas, ships, countries, candidates',
  ),
  thing: words(
    'game, match, player, team, episode, season, driver, club, nation, country, event, race, album, song, school, city, district, county, candidate, station, building, model, tournament, location, venue, date, year, week, artist, rider, area, ship, title, party',
  ),
  most: words(
    'most, least, highest, lowest, largest, smallest, fewest, longest, shortest, best, worst, greatest, first, last, latest, earliest, total, average, maximum, minimum',
  ),
  more: words(
    'more than, less than, larger than, smaller than, higher than, lower than, at least, over, under, before, after, exactly, bigger than, fewer than',
  ),
  list: words(
    'season, standings, draft, schedule, championship, results, tournament, medal table, elections, game log, roster, list of episodes, chart, discography, awards, league table, squad, qualifying, playoffs, list of schools, list of stations, statistics, filmography, grand prix, open',
  ),
  relation: words(
    'mother, father, wife, husband, spouse, child, son, daughter, grandfather, grandmother, sibling, brother, uncle, employer, founder, author, composer, performer, director, producer, doctoral advisor, successor, stepmother, father-in-law',
  ),
  work: words('film, song, novel, book, album, play, opera, series, painting, poem, movie'),
  person: words(
    'actor, writer, painter, king, queen, politician, scientist, singer, composer, philosopher, general, explorer',
  ),
  fact: words('born, buried, educated, raised, married, killed, crowned, baptised'),
  why: words('famous, important, banned, named that way, called that, destroyed, abandoned, founded, celebrated'),
  verb: words('win, write, discover, marry, found, invent, direct, compose, translate, lead, die, live, study, work'),
  visible: words(
    'man, woman, child, person, animal, bird, dog, building, car, flower, plant, statue, sign, logo, flag, bridge, tower, player, dish, boat, plane, tree, insect, fish, object, painting',
  ),
  part: words(
    'hat, shirt, roof, door, window, wing, petal, tail, sign, wall, background, jacket, dress, uniform, beak, wheel, base, top, clock, banner, flag, hair',
  ),
  look: words(
    'red, blue, green, yellow, white, black, round, square, pointed, striped, open, closed, wooden, made of stone, taller, wider',
  ),
};

const TEMPLATES: Record<Modality, readonly string[]> = {
  table: [
    'What is the {column} of the {thing} with the {most} {column}?',
    'What is the {most} {column} when the {column} is {number}?',
    'What is the {column} for {name} in the {year} {list}?',
    'What was the {column} on {date}, {year}?',
    'What was the {column} when the {column} was {score}?',
    'Which {thing} had a {column} of {number}?',
    'Which {thing} has the {most} {column} in the {year} {name} {list}?',
    'Which {column} has {column} {more} {number} and a {column} of {name}?',
    'How many {things} had {more} {number} {column}?',
    'How many {things} are there in the {name} {list} with {column} {name}?',
    'How many {things} did {name} have in {year}?',
    'How many times did {name} finish with {column} {number}?',
    'Name the {column} for {column} of {number}',
    'Name the {most} {column} for {name} in the {list}',
    'Tell me the {column} for the {thing} of {name} in {list}',
    'Who was the {column} when the {column} was {name} and {column} was {number}?',
    'Who is the {column} for the {thing} at {place} with {number} {things}?',
    'Who had the {most} {column} in the {year} {list}?',
    'In what {column} did {name} have {number} {things}?',
    'In which {column} was the {column} {score}?',
    'On what date was the {thing} at {place} with {column} {number}?',
    'When was the {thing} played that had a {column} of {score}?',
    'When did the {column} {name} appear on the {list} of {place}?',
    'Where was the {thing} with the {column} {number} played?',
    'What are the {column} and {column} of {name} under the {list}?',
    'What is the sum of {column} for {thing} {number} in {year}?',
    'What is the difference in {column} between {name} and {name}?',
    'If the {column} is {number}, what is the {column} in the {list}?',
    'From the {list} of {name}, which {thing} has {column} {number}?',
    'For {name}, what is the total number of {things} in the {year} {list}?',
    'With {number} {things}, what is the {column} of {name} in the {list}?',
    'Of the {things} in {year}, which one has the {most} {column}?',
    'What is the {column} of {name} among the {list} of {place}?',
    'What is {name} among the {list}?',
    'What {column} does {name} have in the {list} of {name}?',
    "What is {name}'s {column} under the {list}?",
    'Which {thing} is listed with {column} {name} among the {list} of {name}?',
    'Which {column} goes with {name} in the {list}?',
    'What type of {column} does the {name} {number} use?',
    'When did {name} join the {name} {list}?',
    'Where is {name} among the {list}?',
    'Among the {list} of {place}, where is the {thing} called {name}?',
    'Among the {list}, who has the {column} of {name}?',
    'List the {column} of every {thing} in {name} {list}',
    'Give the {column} and {column} of {name} at the {year} {list}',
    'At {name}, if the {column} is {name}, what is the {column}?',
    'Under {name}, what was the {column} of the {thing} {name}?',
    'How much is the {column} of {name} in the {list}?',
    '{name} had what {column} among the {list}?',
    'is the {column} of {name} {more} {number}?',
    'do {name} and {name} have the same {column}?',
    'did {name} and {name} win the same number of {things}?',
    'does {name} have more {things} than {name}?',
    'did {name} {verb} more {things} than {name} but less than {name}?',
    'are more {things} from {place} than from {place}?',
    'does every {thing} have the same {column}, {column} and {column}?',
    'is {name} the only {thing} that {verb} in {place}?',
    'are both {name} and {name} in the same {column}?',
    'is the majority of {things} in {place}?',
    'is there a {thing} in {place} with no {column}?',
    'does {name} come before {name} in the {list}?',
    'was {name} beaten by {name}, the {column} of {place}?',
    'does {name} not have a {column} but have {number} {things}?',
    'did the {thing} between {name} and {name} happen {more} the {thing} at {place}?',
    'is {name} the {thing} with the {most} {column}?',
    'is there {more} {number} {things} with a {column} of {number}?',
    'is {number} of the {things} in the {year} {list} {more} {number}?',
    'is it true that {name} played {more} {number} {things} in {year}?',
    'is {number} the {most} {column} for {name} in {list}?',
    'does the {thing} against {name} on {date} have the {most} {column}?',
    'is the {column} in {place} {more} {number} {things}?',
    'did {name} {verb} {number} {things} in the {year} {list}?',
    'do {name} and {name} have the same {column} in {year}?',
    'does {name} have {more} {number} {column}?',
    'do {number} {things} have a {column} {more} {number}?',
    'was {name} in {thing} {number} of the {list}?',
    'were there {number} {things} {more} {year}?',
    'did {name} lose {more} {number} {things} by a score of {score}?',
    'is {name} one of the {number} {things} that {verb} in {year}?',
  ],
  text: [
    'Who is the {relation} of {name}?',
    "Who is {name}'s {relation}?",
    'Who was the {relation} of the {person} {name}?',
    'Who is the {relation} of the {relation} of {work} {name}?',
    "Who is the {relation} of {name}'s {relation}?",
    'Where was the {relation} of {name} {fact}?',
    'Where was {name} {fact}?',
    'Where did the {person} {name} {verb}?',
    'When was {name} {fact}?',
    "When did {name}'s {relation} die?",
    'When did the {relation} of the {work} {name} die?',
    'What is the place of birth of the {relation} of the {work} {name}?',
    'What is the cause of death of {name}?',
    'What nationality is the {relation} of the {work} {name}?',
    'Which country is the {relation} of the {work} {name} from?',
    'Which {work} was released earlier, {name} or {name}?',
    'Which {work} has the {relation} who was born later, {name} or {name}?',
    'Who was born first, {name} or {name}?',
    'Who lived longer, {name} or {name}?',
    'Are {name} and {name} from the same country?',
    'Are {name} and {name} both located in {place}?',
    'Do the {work}s {name} and {name} share the same {relation}?',
    'Did {name} and {name} have the same nationality?',
    'Why is {name} {why}?',
    'Why was the {work} {name} {why}?',
    'How did the {person} {name} die?',
    'What did {name} {verb} before becoming a {person}?',
    'What award did the {relation} of the {work} {name} receive?',
    'Who wrote the {work} {name}?',
    'In which city did the {person} {name} {verb}?',
    'What is {name} best known for?',
    'Explain how {name} became {why}',
    'Which {person} founded {name}?',
    'What language is spoken in {place}?',
    'What is the capital of the country where {name} was {fact}?',
    'Where does the {relation} of {name} work at?',
    'Where did {name} study, and who was the {relation}?',
  ],
  'text-image': [
    'What {column} is shown in this picture?',
    'What is this {visible} called?',
    'Who is the {visible} in the image?',
    'What kind of {visible} is in the photo?',
    'What color is the {part} of the {visible}?',
    'What color is the {part} in the logo of {name}?',
    'Is the {part} of the {visible} at {name} {look}?',
    'Is there a {part} on the {visible} of {name}?',
    'Does the {visible} have a {look} {part}?',
    'Does the {visible} in {name} have {more} {number} {part}s?',
    'Are the {part}s on the {visible} {look}?',
    'What shape is the {part} of the {name} {visible}?',
    'Which is {look}, the {visible} at {name} or the {visible} at {name}?',
    'How many {part}s can be seen on the {visible}?',
    'What is on top of the {visible} in front of {name}?',
    'What does the {visible} at {name} look like?',
    'What is the {visible} in {name} holding?',
    'What pattern is on the {part} worn by {name}?',
    'What material is the {part} of the {name} {visible} made of?',
    'In the picture, what is behind the {visible}?',
  ],
};

/**
 * `count` questions of one kind, the same for the same seed. Half come without capitals and question mark; a quarter of the
 * yes/no questions in bare words (`is`, then uninflected verbs), as people type claims they want checked.
 */
export function priorQuestions(modality: Modality, count: number, seed: number): string[] {
  const random = keyedRandom('prior-questions', modality, seed);
  return Array.from({ length: count }, () => {
    const text = random.pick(TEMPLATES[modality]).replaceAll(/\{(\w+)\}/g, (_, slot: string) => SLOTS[slot]!(random));
    if (YES_NO.test(text) && random.below(4) === 0) return bareWords(text);
    return random.below(2) === 0 ? text : text.toLowerCase().replace(/\?$/, '').trim();
  });
}

const YES_NO = /^(is|are|was|were|do|does|did)\b/i;

function bareWords(text: string): string {
  const rest = text.toLowerCase().replace(/^(is|are|was|were|do|does|did)( it true that)? /, '');
  return `is ${rest.replaceAll(/\b(are|was|were|been)\b/g, 'be').replaceAll(/\b(has|had)\b/g, 'have')}`;
}

/**
 * Geography of filters and formulas: points, great-circle distance, boxes that may cross the antimeridian, polygons.
 */
import { badRequest } from '../errors.ts';

export interface GeoPoint {
  lon: number;
  lat: number;
}

/** Mean radius of the Earth in metres (IUGG). */
const EARTH_RADIUS = 6_371_008.8;

export function asGeoPoint(value: unknown): GeoPoint | undefined {
  if (typeof value !== 'object' || value === null || !('lon' in value) || !('lat' in value)) return undefined;
  const { lon, lat } = value;
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return undefined;
  return { lon, lat };
}

export function readGeoPoint(value: unknown, where: string): GeoPoint {
  const point = asGeoPoint(value);
  if (!point) throw badRequest(`${where} must be {lon, lat} with lon in -180..180 and lat in -90..90`);
  return point;
}

/** A closed line of at least four points, the first equal to the last. */
export function readRing(value: unknown, where: string): GeoPoint[] {
  const points = typeof value === 'object' && value !== null && 'points' in value ? value.points : undefined;
  if (!Array.isArray(points) || points.length < 4)
    throw badRequest(`${where}.points must be an array of at least four points`);
  const ring = points.map((point, i) => readGeoPoint(point, `${where}.points[${i}]`));
  const first = ring[0]!;
  const last = ring[ring.length - 1]!;
  if (first.lon !== last.lon || first.lat !== last.lat) throw badRequest(`${where}.points must end where they start`);
  return ring;
}

/** Metres along the great circle (haversine). */
export function geoDistance(a: GeoPoint, b: GeoPoint): number {
  const radians = Math.PI / 180;
  const latitude = Math.sin(((b.lat - a.lat) * radians) / 2);
  const longitude = Math.sin(((b.lon - a.lon) * radians) / 2);
  const chord = latitude * latitude + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * longitude * longitude;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

export function inBox(point: GeoPoint, topLeft: GeoPoint, bottomRight: GeoPoint): boolean {
  if (point.lat >= topLeft.lat || point.lat <= bottomRight.lat) return false;
  if (topLeft.lon > bottomRight.lon) return point.lon > topLeft.lon || point.lon < bottomRight.lon;
  return point.lon > topLeft.lon && point.lon < bottomRight.lon;
}

export function inRing(point: GeoPoint, ring: readonly GeoPoint[]): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!;
    const b = ring[j]!;
    if (a.lat > point.lat !== b.lat > point.lat) {
      const crossing = ((b.lon - a.lon) * (point.lat - a.lat)) / (b.lat - a.lat) + a.lon;
      if (point.lon < crossing) inside = !inside;
    }
  }
  return inside;
}

/**
 * The image encoder that needs no model: a descriptor of colours and edges, computed from the pixels alone. What a stored image
 * shows is taken without its margins; a query image is tried in several views (turned back by small angles, borders peeled off,
 * its background made white), and the best of them counts. For photographs use a CLIP or SigLIP pair instead.
 */
import type { ImageEncoder, QueryView } from '../encoder.ts';
import { type Background, backgroundMask, backgroundOf, boxOfForeground } from './background.ts';
import { DIMENSION, type FeatureWeights, features, VIEW_SIZE } from './features.ts';
import { type Box, decodeRaster, type ImageLimits, type Raster, rotated, square, wholeOf } from './raster.ts';

export const IMAGE_DESCRIPTOR_ID = 'colour-edge-descriptor/1';

export interface ImageDescriptorOptions {
  limits?: ImageLimits;
  weights?: FeatureWeights;
  /** Angles a query is turned by, in degrees. */
  angles?: readonly number[];
}

/** Chosen on the training split of the atlas; see `docs/research/retrieval.md`. */
const WEIGHTS: FeatureWeights = { layout: 0.35, palette: 0.2, edges: 0.45 };
const ANGLES = [0, -13, -9, -4.5, 4.5, 9, 13];
const DECODED_SIZE = 112;
/** Part of the edge that must have one colour for the colour to count as background. */
const STORED_SHARE = 0.9;
const QUERY_SHARE = 0.45;
const STRONG_CHROMA = 0.08;
const FIELD_WEIGHT = 0.88;
const WHITE = [1, 0, 0] as const;

/** The image encoder that needs no model: pictures as descriptors of their colours and edges. */
export function createImageDescriptor({
  limits,
  weights = WEIGHTS,
  angles = ANGLES,
}: ImageDescriptorOptions = {}): ImageEncoder {
  const describe = (raster: Raster, box: Box, weight = 1): QueryView => {
    const view = square(raster, box, VIEW_SIZE);
    return { vector: features(view, weights, { achromatic: isAchromatic(view) }), weight };
  };
  return {
    id: IMAGE_DESCRIPTOR_ID,
    dimension: DIMENSION,
    async encodeImage(bytes) {
      const raster = await decodeRaster(bytes, DECODED_SIZE, limits);
      const whole = wholeOf(raster);
      const background = backgroundOf(raster, whole);
      const object = isMargin(background) ? peeled(raster, whole, background)?.box : undefined;
      return features(square(raster, object ?? whole, VIEW_SIZE), weights);
    },
    async encodeQueryImage(bytes, signal) {
      const raster = await decodeRaster(bytes, DECODED_SIZE, limits);
      const { colour, share } = backgroundOf(raster, wholeOf(raster));
      const out: QueryView[] = [describe(raster, wholeOf(raster))];
      for (const angle of share >= QUERY_SHARE ? angles : [0]) {
        signal?.throwIfAborted();
        const turned = rotated(raster, angle, colour);
        const whole = wholeOf(turned);
        const background = backgroundOf(turned, whole);
        if (background.share < QUERY_SHARE) continue;
        const object = peeled(turned, whole, background);
        if (!object) continue;
        out.push(
          describe(turned, object.box),
          describe(recoloured(turned, object.mask), object.box, withoutColour(background)),
        );
        const inner = backgroundOf(turned, object.box);
        const innermost = isMargin(inner, 0.7) ? peeled(turned, object.box, inner) : undefined;
        if (innermost) out.push(describe(turned, innermost.box));
      }
      return out;
    },
  };
}

/** White all around: a margin of the file and no part of what it shows (a flag's field reaches the edge too). */
function isMargin({ colour: [lightness, a, b], share }: Background, needed = STORED_SHARE): boolean {
  return share >= needed && lightness > 0.93 && Math.hypot(a, b) < 0.03;
}

function peeled(raster: Raster, box: Box, { colour }: Background): { mask: Uint8Array; box: Box } | undefined {
  const mask = backgroundMask(raster, box, colour);
  const inner = boxOfForeground(raster, box, mask);
  return inner && { mask, box: inner };
}

/** What a view counts for that leaves the background's colour out: less where the colour is strong, as the field of a flag. */
function withoutColour({ colour: [, a, b] }: Background): number {
  return Math.hypot(a, b) > STRONG_CHROMA ? FIELD_WEIGHT : 1;
}

function recoloured({ width, height, pixels }: Raster, mask: Uint8Array): Raster {
  const out = Float32Array.from(pixels);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i]) for (let c = 0; c < 3; c++) out[i * 3 + c] = WHITE[c]!;
  }
  return { width, height, pixels: out };
}

/** A drawing in black and white (another rendering of a coloured thing, perhaps): its colours are no evidence. */
function isAchromatic({ pixels }: Raster): boolean {
  let colourful = 0;
  for (let i = 0; i < pixels.length; i += 3) if (Math.hypot(pixels[i + 1]!, pixels[i + 2]!) > 0.05) colourful++;
  return colourful / (pixels.length / 3) < 0.03;
}

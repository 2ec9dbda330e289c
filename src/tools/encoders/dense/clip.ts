/**
 * Images and texts in one space: the two towers of a CLIP or SigLIP model in onnxruntime. An image is scaled, cropped and
 * normalised as the model's own preprocessor file says.
 */

import { messageOf, systemError, userError } from '../../../common/errors.ts';
import { importOnnxRuntime, importSharp } from '../../../common/native-packages.ts';
import type { ImageEncoder } from '../encoder.ts';
import { DEFAULT_IMAGE_MODEL } from '../models/catalogue.ts';
import { graphPaths, type ModelOptions, modelFile, readJson, resolveModel } from '../models/model.ts';
import { type ModelTensor, openSession, openTextTransformer, type RuntimeOptions, unitLength } from './runtime.ts';

export type ClipEncoderOptions = Partial<ModelOptions> & RuntimeOptions;

interface Preprocessor {
  size?: number | { shortest_edge?: number; height?: number; width?: number };
  crop_size?: number | { height?: number; width?: number };
  do_center_crop?: boolean;
  image_mean?: number[];
  image_std?: number[];
  rescale_factor?: number;
}

/** Throws what `resolveModel` throws. */
export async function openClipEncoder(options: ClipEncoderOptions = {}): Promise<Required<ImageEncoder>> {
  const model = await resolveModel('text-image', { ...options, model: options.model ?? DEFAULT_IMAGE_MODEL });
  const { threads } = options;
  const vision = await openSession(modelFile(model, graphPaths('vision_model', model.variant)), { threads });
  const config = await readJson<{ model_max_length?: number }>(model.directory, 'tokenizer_config.json');
  const maxTokens = model.spec.maxTokens ?? Math.min(config?.model_max_length ?? 77, 77);
  const text = await openTextTransformer(model, modelFile(model, graphPaths('text_model', model.variant)), {
    threads,
    maxTokens,
    // SigLIP was trained on texts padded to full length and has no mask.
    ...(config && 'model_max_length' in config && config.model_max_length === 64 ? { padTo: 64 } : {}),
  });
  const preprocessor = (await readJson<Preprocessor>(model.directory, 'preprocessor_config.json')) ?? {};
  const { Tensor } = await importOnnxRuntime();

  const vectorOf = (outputs: Record<string, ModelTensor>, names: readonly string[]): Float32Array => {
    const output = names.map((name) => outputs[name]).find((tensor) => tensor?.dims.length === 2);
    if (!output) throw systemError('model-broken', `Model ${model.id}: none of ${names.join(', ')} among its outputs`);
    return unitLength((output.data as Float32Array).slice());
  };
  async function encodeImage(bytes: Uint8Array): Promise<Float32Array> {
    const { data, width, height } = await pixelsOf(bytes, preprocessor);
    const outputs = await vision.run({ [vision.inputNames[0]!]: new Tensor('float32', data, [1, 3, height, width]) });
    return vectorOf(outputs, ['image_embeds', 'pooler_output']);
  }
  const encodeText = async (query: string) =>
    vectorOf(await text.run([text.encode(query)]), ['text_embeds', 'pooler_output']);

  return {
    id: model.id,
    dimension: (await encodeText('dimension')).length,
    encodeImage,
    encodeQueryImage: async (bytes) => [{ vector: await encodeImage(bytes), weight: 1 }],
    encodeText,
  };
}

/** Channel by channel, as the model wants them. Throws `image-unreadable`. */
async function pixelsOf(bytes: Uint8Array, preprocessor: Preprocessor) {
  const { size, crop_size: crop, do_center_crop: crops = crop !== undefined } = preprocessor;
  const {
    image_mean: mean = [0.5, 0.5, 0.5],
    image_std: deviation = [0.5, 0.5, 0.5],
    rescale_factor: scale = 1 / 255,
  } = preprocessor;
  const edge = typeof size === 'number' ? size : (size?.shortest_edge ?? size?.height ?? 224);
  const box = { width: sideOf(crop, 'width') ?? edge, height: sideOf(crop, 'height') ?? edge };
  const sharp = await importSharp();
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: 50_000_000 })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize({ ...box, fit: crops ? 'cover' : 'fill', kernel: 'cubic' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const plane = info.width * info.height;
    const out = new Float32Array(plane * 3);
    for (let pixel = 0; pixel < plane; pixel++) {
      for (let c = 0; c < 3; c++) {
        const value = data[pixel * info.channels + Math.min(c, info.channels - 1)]! * scale;
        out[c * plane + pixel] = (value - mean[c]!) / deviation[c]!;
      }
    }
    return { data: out, width: info.width, height: info.height };
  } catch (error) {
    throw userError(
      'image-unreadable',
      `Image: cannot be decoded (${messageOf(error)}); give a PNG, JPEG or WebP file`,
      error,
    );
  }
}

function sideOf(size: Preprocessor['crop_size'], side: 'width' | 'height'): number | undefined {
  return typeof size === 'number' ? size : size?.[side];
}

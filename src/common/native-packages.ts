/**
 * Packages with native parts, some of them optional. They are required at run time and not imported, so that bundlers leave
 * them alone: a native part cannot lie in a bundle, and a package that is not installed must not fail a build.
 */
import { packageRequire } from './package-files.ts';

export async function importOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  return packageRequire()('onnxruntime-node');
}

export async function importSharp(): Promise<typeof import('sharp')['default']> {
  return packageRequire()('sharp');
}

/** Typed by who uses it, since the package also compiles where it is not installed. */
export async function importUsearch(): Promise<unknown> {
  return packageRequire()('usearch');
}

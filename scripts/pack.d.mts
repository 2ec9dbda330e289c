export function packedManifest(manifest: object): object;

// The types of `built-from.mjs`, which is plain JavaScript because an empty clone runs it.
export const BUILD_STAMP: string;
export const BUNDLER: string;
export function digestOf(...parts: readonly (string | Uint8Array)[]): string;
export function sourceDigest(root: string): string;
export function isBuiltFrom(root: string, digest: string): boolean;

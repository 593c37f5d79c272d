// Names that JavaScript, node, Deno and Bun define: modules, and what is there without any.
import { words } from "../evaluation/tokens.ts";

/** Modules of node; in `-e` and `-p` they are names of their own. */
export const MODULES = words(
  "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl sea sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib",
);

/** Everything that is there without an import; other names are the program's own. */
export const GLOBALS = new Set([
  ...MODULES,
  ...words(
    "AbortController AbortSignal AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer DataView Date DOMException Error EvalError Event EventSource EventTarget File FinalizationRegistry Float32Array Float64Array FormData Function GLOBAL Headers Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel Navigator Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer Storage String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket Worker",
    "atob btoa clearImmediate clearInterval clearTimeout decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval exports fetch gc global globalThis import isFinite isNaN localStorage module navigator parseFloat parseInt performance queueMicrotask require root sessionStorage setImmediate setInterval setTimeout structuredClone unescape Deno Bun constructor prototype __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __dirname __filename this __unknown_part__",
  ),
]);

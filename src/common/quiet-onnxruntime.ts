/**
 * Imported before onnxruntime, and by whatever starts a thread that loads it. Since version 1.29 its own binaries for Linux and
 * macOS report how they are used to a server of their maker and keep a device id in the cache directory, unless this variable
 * stands in the environment of the process when the library is loaded. A thread has a copy of the environment that the library
 * never sees, so the thread that starts it must have set it. Whoever wants the reports sets `ORT_DISABLE_TELEMETRY=0`.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1';

export {};

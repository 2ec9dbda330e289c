/** A process in which the packages of OpenTelemetry are not installed, but the API, which others need. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (!/^@(?:opentelemetry\/(?!api)|arizeai\/)/.test(specifier)) return next(specifier, context);
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});

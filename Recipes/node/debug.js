// Amber: opens the inspector in the process that is debugged, and waits for a client there.
'use strict';

(() => {
  const fs = require('fs');
  try {
    if (!require('worker_threads').isMainThread) return;
    // Only that process may open this one.
    fs.closeSync(fs.openSync('/.amber-debug/target', 'r'));
  } catch {
    return;
  }
  const environment = process.env;
  const point = environment.AMBER_DEBUG_POINT;
  const port = Number(environment.AMBER_DEBUG_PORT);
  if (environment.AMBER_DEBUG_NODE_OPTIONS === undefined) delete environment.NODE_OPTIONS;
  else environment.NODE_OPTIONS = environment.AMBER_DEBUG_NODE_OPTIONS;
  for (const name of Object.keys(environment)) if (name.startsWith('AMBER_DEBUG_')) delete environment[name];

  const inspector = require('inspector');
  inspector.open(port, '127.0.0.1', true);
  if (point === 'start' && process.argv[1]) {
    const path = require('path').resolve(process.argv[1]);
    let real = path;
    for (const end of ['', '.js', '.cjs', '.mjs', '/index.js']) {
      try {
        if (fs.statSync(path + end).isFile()) { real = fs.realpathSync(path + end); break; }
      } catch { /* the next */ }
    }
    const quoted = require('url').pathToFileURL(real).href.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const session = new inspector.Session();
    session.connect();
    session.post('Debugger.enable');
    session.post('Debugger.setBreakpointByUrl', { lineNumber: 0, urlRegex: `^${quoted}$` });
    // A session that is collected takes its breakpoints with it.
    Object.defineProperty(process, Symbol('amber'), { value: session, enumerable: false });
  }
})();

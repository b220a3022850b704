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
    const { Module } = require('module');
    const compile = Module.prototype._compile;
    // After the script's directives, which must stay its first statements, and on the line of what follows them.
    const prologue = /^(?:#!.*)?(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(["'])(?:(?!\1).)*\1[ \t]*(?:;|(?=\n)))*/;
    Module.prototype._compile = function (content, filename, ...rest) {
      if (filename !== real) return compile.call(this, content, filename, ...rest);
      Module.prototype._compile = compile;
      const start = prologue.exec(content)[0];
      return compile.call(this, `${start}debugger;${content.slice(start.length)}`, filename, ...rest);
    };
    // A module of the newer kind has one function around everything: its first place to stop will do.
    const url = require('url').pathToFileURL(real).href;
    const session = new inspector.Session();
    session.connect();
    session.on('Debugger.scriptParsed', ({ params: script }) => {
      if (!script.isModule || script.url !== url) return;
      const start = { scriptId: script.scriptId, lineNumber: 0, columnNumber: 0 };
      session.post('Debugger.getPossibleBreakpoints', { start, restrictToFunction: true }, (error, found) => {
        if (!error && found.locations.length) session.post('Debugger.setBreakpoint', { location: found.locations[0] });
      });
    });
    session.post('Debugger.enable');
    // A session that is collected takes its breakpoints with it.
    Object.defineProperty(process, Symbol('amber'), { value: session, enumerable: false });
  }
})();

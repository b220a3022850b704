# Amber: hands this run's failure to pdb, and is gone before the program starts.
import os
import sys


def _begin():
    here = os.path.dirname(__file__)
    sys.path[:] = [entry for entry in sys.path if entry != here]
    try:
        # Only the process that is debugged may open this one.
        os.close(os.open(here + "/target", os.O_RDONLY))
        debugs = True
    except OSError:
        debugs = False
    if not debugs:
        # A child of this process may be the one: it is to find this module too.
        return _recorded()
    recorded = os.environ.pop("AMBER_DEBUG_PYTHONPATH", None)
    if recorded is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = recorded
    point = os.environ.pop("AMBER_DEBUG_POINT", None)
    commands = os.environ.pop("AMBER_DEBUG_COMMANDS", "")
    adapter = os.environ.pop("AMBER_DEBUG_ADAPTER", None)
    os.environ.pop("AMBER_DEBUG_PORT", None)
    _recorded()
    if adapter:
        _listen(here, int(adapter))
    elif point:
        _install(point, [line for line in commands.split("\n") if line])


def _recorded():
    own = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401  the recorded one
    except ImportError:
        pass
    # The import system looks for what it has just loaded.
    sys.modules.setdefault("sitecustomize", own)


def _listen(here, port):
    """Waits for a client of the Debug Adapter Protocol, with the debugpy of the machine that replays."""
    # It would tell the program's error stream about modules that were compiled into the interpreter.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    sys.path.insert(0, here)
    try:
        import debugpy

        debugpy.configure(subProcess=False)
        debugpy.listen(("127.0.0.1", port))
    finally:
        sys.path.remove(here)
        os.environ.pop("PYDEVD_DISABLE_FILE_VALIDATION")
    debugpy.wait_for_client()


class _ProcessFinder:
    """Sees multiprocessing being imported: its processes catch what their work raises, and only print it."""

    def __init__(self, interact):
        self.interact = interact

    def find_spec(self, name, path, target=None):
        if name != "multiprocessing.process":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            self.patch(module.BaseProcess)

        spec.loader.exec_module = exec_module
        return spec

    def patch(self, process):
        begin = process._bootstrap

        def _bootstrap(own, *arguments, **names):
            work = own.run

            def run():
                try:
                    work()
                except Exception as error:
                    # Without this frame and the one that called it.
                    trace = error.__traceback__
                    self.interact(trace.tb_next or trace)
                    raise

            own.run = run
            return begin(own, *arguments, **names)

        process._bootstrap = _bootstrap


def _install(point, commands):
    # One pair for both debuggers: what the first has read ahead is the second's.
    console = []

    def make(kind):
        if not console:
            console.extend((os.fdopen(os.dup(210), "r"), os.fdopen(os.dup(211), "w", 1)))
        debugger = kind(stdin=console[0], stdout=console[1], nosigint=True, readrc=False)
        debugger.use_rawinput = False
        debugger.rcLines.extend(commands)
        return debugger

    def hook(kind, value, trace):
        sys.__excepthook__(kind, value, trace)
        sys.stdout.flush()
        sys.stderr.flush()
        if trace is not None and not issubclass(kind, KeyboardInterrupt):
            interact(trace, value)

    def interact(trace, value=None):
        import pdb

        debugger = make(pdb.Pdb)
        debugger.reset()
        # A group was made where its tasks were awaited; what failed is in it (3.11).
        members = []
        while getattr(value, "exceptions", None) and isinstance(value, BaseExceptionGroup):
            members.append(len(value.exceptions))
            value = value.exceptions[0]
        if members and value.__traceback__ is not None:
            trace = value.__traceback__
            debugger.message("the first of %s in the group: %r" % (members[-1], value))
        debugger.interaction(None, trace)

    sys.excepthook = hook
    sys.meta_path.insert(0, _ProcessFinder(interact))
    if point == "start":
        import pdb

        class Stepper(pdb.Pdb):
            waits = True

            def user_call(self, frame, arguments):
                self.arrive(frame, pdb.Pdb.user_call, arguments)

            def user_line(self, frame):
                self.arrive(frame, pdb.Pdb.user_line)

            def user_return(self, frame, value):
                self.arrive(frame, pdb.Pdb.user_return, value)

            def user_exception(self, frame, information):
                self.arrive(frame, pdb.Pdb.user_exception, information)

            def arrive(self, frame, then, *rest):
                if self.waits:
                    name = frame.f_globals.get("__name__")
                    if name != "__main__" or frame.f_code.co_name != "<module>":
                        self.set_step()
                        return
                    self.waits = False
                then(self, frame, *rest)

        make(Stepper).set_trace()


_begin()

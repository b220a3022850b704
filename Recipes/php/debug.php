<?php
// Amber: a prompt where this program's failure was raised.
namespace AmberDebug;

// Only the process that is debugged may open this one.
if (PHP_SAPI !== 'cli' || @fopen('/.amber-debug/target', 'r') === false) return;

final class Console {
    const HELP = "bt        the stack\nf N       frame N\nl         the source around the frame's line\n"
        . "args      the frame's arguments\nlocals    its variables, as far as they are known\nq         end\n"
        . "anything else is PHP, with the frame's variables, and the exception as \$e\n";
    private $input;
    private $output;
    private $frames = [];
    private $at = 0;
    private $error;

    public function __construct() {
        $this->input = fopen('php://fd/210', 'r');
        $this->output = fopen('php://fd/211', 'w');
    }

    public function stop($error, string $message, array $frames): void {
        $this->error = $error;
        $this->frames = $frames;
        $this->say($message);
        $this->show();
        while (true) {
            fwrite($this->output, '(amber) ');
            $line = fgets($this->input);
            if ($line === false) return;
            $line = trim($line);
            [$word, $rest] = explode(' ', $line, 2) + [1 => ''];
            switch ($word) {
                case '': break;
                case 'h': case 'help': fwrite($this->output, self::HELP); break;
                case 'bt': case 'w':
                    foreach ($frames as $number => $frame) $this->say("#$number " . self::place($frame));
                    break;
                case 'f': $this->at = max(0, min(count($frames) - 1, (int) $rest)); $this->show(); break;
                case 'l': $this->source(); break;
                case 'args': $this->values($this->frame()['args'] ?? []); break;
                case 'locals': $this->values($this->variables()); break;
                case 'q': case 'c': return;
                default: $this->evaluate($word === 'p' ? $rest : $line);
            }
        }
    }

    private function frame(): array { return $this->frames[$this->at] ?? []; }

    private function variables(): array {
        return ($this->frame()['variables'] ?? []) + ($this->frame()['args'] ?? []);
    }

    private function evaluate(string $text): void {
        $object = $this->frame()['object'] ?? $this->variables()['this'] ?? null;
        $scope = ['e' => $this->error] + array_diff_key($this->variables(), ['this' => 1]);
        $run = function (string $amberText, array $amberScope) {
            extract($amberScope, EXTR_SKIP);
            return eval($amberText);
        };
        if (is_object($object)) $run = \Closure::bind($run, $object, get_class($object));
        $isStatement = preg_match('/;\s*$|^\s*(echo|print|if|for|foreach|while|return|throw)\b/', $text);
        ob_start();
        try {
            $value = $run($isStatement ? "$text;" : "return $text;", $scope);
            $printed = ob_get_clean();
            if ($printed !== '') $this->say(rtrim($printed));
            if (!$isStatement) $this->say(self::text($value));
        } catch (\Throwable $failure) {
            ob_end_clean();
            $this->say(get_class($failure) . ': ' . $failure->getMessage());
        }
    }

    private function values(array $values): void {
        foreach ($values as $name => $value) {
            $this->say((is_int($name) ? "#$name" : "\$$name") . ' = ' . self::text($value));
        }
        if (!$values) $this->say('none are known here');
    }

    private static function text($value): string {
        return rtrim(is_object($value) ? print_r($value, true) : var_export($value, true));
    }

    private static function place(array $frame): string {
        $name = ($frame['class'] ?? '') . ($frame['type'] ?? '') . ($frame['function'] ?? '{main}');
        return "$name at " . ($frame['file'] ?? '?') . ':' . ($frame['line'] ?? '?');
    }

    private function show(): void {
        $this->say('> ' . self::place($this->frame()));
        $line = $this->lines()[($this->frame()['line'] ?? 0) - 1] ?? null;
        if ($line !== null) $this->say('-> ' . trim($line));
    }

    private function source(): void {
        $line = $this->frame()['line'] ?? 0;
        foreach ($this->lines() as $index => $text) {
            if (abs($index + 1 - $line) > 5) continue;
            $this->say(sprintf('%s%5d  %s', $index + 1 === $line ? '->' : '  ', $index + 1, rtrim($text)));
        }
    }

    private function lines(): array { return @file($this->frame()['file'] ?? '') ?: []; }

    private function say(string $text): void { fwrite($this->output, $text . "\n"); }
}

/** The frames of an exception as a debugger counts them: each function with the line where it stands. */
function frames(\Throwable $error): array {
    $trace = $error->getTrace();
    $known = locals($error);
    $frames = [];
    $place = ['file' => $error->getFile(), 'line' => $error->getLine()];
    foreach (array_merge($trace, [[]]) as $index => $call) {
        $variables = $known[count($trace) - $index] ?? [];
        $frames[] = named($place + array_diff_key($call, $place) + ['variables' => $variables]);
        $place = array_intersect_key($call, ['file' => 1, 'line' => 1]);
    }
    return $frames;
}

/** A frame whose arguments have their parameters' names. */
function named(array $frame): array {
    if (empty($frame['args'])) return $frame;
    try {
        $function = isset($frame['class'])
            ? new \ReflectionMethod($frame['class'], $frame['function']) : new \ReflectionFunction($frame['function']);
        foreach ($function->getParameters() as $at => $parameter) {
            if ($parameter->isVariadic() || !array_key_exists($at, $frame['args'])) continue;
            $frame['args'][$parameter->getName()] = $frame['args'][$at];
            unset($frame['args'][$at]);
        }
    } catch (\ReflectionException $unknown) {
    }
    return $frame;
}

/** The variables of each frame, outermost first, where xdebug is here to tell them. */
function locals(\Throwable $error): array {
    if (!function_exists('xdebug_get_function_stack')) return [];
    try {
        $options = ['local_vars' => true, 'params_as_values' => true, 'from_exception' => $error];
        $stack = @\xdebug_get_function_stack($options) ?: [];
        return array_map(function ($frame) { return $frame['variables'] ?? []; }, array_values($stack));
    } catch (\Throwable $refused) {
        return [];
    }
}

$amberPoint = getenv('AMBER_DEBUG_POINT');
putenv('PHP_INI_SCAN_DIR');
unset($_ENV['PHP_INI_SCAN_DIR'], $_SERVER['PHP_INI_SCAN_DIR']);
foreach (getenv() as $amberName => $amberValue) {
    if (strpos($amberName, 'AMBER_DEBUG_') !== 0) continue;
    if ($amberName === 'AMBER_DEBUG_PHP_INI_SCAN_DIR') putenv("PHP_INI_SCAN_DIR=$amberValue");
    putenv($amberName);
    unset($_ENV[$amberName], $_SERVER[$amberName]);
}
$amberConsole = new Console();
// What the program sets in this one's place handles its exceptions, and then nothing has failed here.
set_exception_handler(function (\Throwable $error) use ($amberConsole) {
    // The cause is what failed; what was thrown because of it stands further out.
    while ($error->getPrevious() !== null) $error = $error->getPrevious();
    $amberConsole->stop($error, get_class($error) . ': ' . $error->getMessage(), frames($error));
    exit(255);
});
register_shutdown_function(function () use ($amberConsole) {
    $last = error_get_last();
    $fatal = [E_ERROR, E_PARSE, E_CORE_ERROR, E_COMPILE_ERROR, E_USER_ERROR];
    if ($last === null || !in_array($last['type'], $fatal, true)) return;
    $frame = ['file' => $last['file'], 'line' => $last['line'], 'function' => '{fatal error}'];
    $amberConsole->stop(null, $last['message'], [$frame]);
});
if ($amberPoint === 'start') {
    $frame = ['file' => $_SERVER['SCRIPT_FILENAME'] ?? '', 'line' => 1];
    $amberConsole->stop(null, 'before the first line', [$frame]);
}
unset($amberPoint, $amberName, $amberValue, $amberConsole);

function inner() { throw new RangeError('too deep'); }
function outer() {
    try { inner(); } catch (e) { throw new Error('outer failed', { cause: e }); }
}
outer();

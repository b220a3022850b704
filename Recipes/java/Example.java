/** Fails with an exception and its cause. */
public class Example {
    static int parse(String text) {
        return Integer.parseInt(text);
    }

    static void load(String text) {
        try {
            parse(text);
        } catch (NumberFormatException error) {
            throw new IllegalStateException("cannot load " + text, error);
        }
    }

    public static void main(String[] arguments) {
        load("abc");
    }
}

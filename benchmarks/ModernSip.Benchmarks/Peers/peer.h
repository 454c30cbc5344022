/* The loop that is the same for every peer: ten milliseconds of parsing a file, after a warm-up. */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

typedef void *(*parse_function)(const char *octets, size_t length);
typedef void (*release_function)(void *message);

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static double measure(const char *octets, size_t length, parse_function parse, release_function release, long long duration)
{
    long long start = now(), elapsed;
    long parsed = 0;
    do {
        for (int i = 0; i < 100; i++)
            release(parse(octets, length));
        parsed += 100;
        elapsed = now() - start;
    } while (elapsed < duration);
    return (double) elapsed / parsed;
}

static int measure_all(int count, char **arguments, parse_function parse, release_function release)
{
    static char octets[65536];
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(arguments[i], "rb");
        if (file == NULL)
            return 1;
        size_t length = fread(octets, 1, sizeof octets - 1, file);
        fclose(file);
        octets[length] = 0;

        void *message = parse(octets, length);
        if (message == NULL)
            return 2;
        release(message);
        size_t before = mallinfo2().uordblks;
        message = parse(octets, length);
        size_t held = mallinfo2().uordblks - before;
        release(message);

        measure(octets, length, parse, release, 1000000);
        printf("%.1f %zu\n", measure(octets, length, parse, release, 10000000), held);
    }
    return 0;
}

/* linewriter PATH LINES: as many lines of 100 bytes, one write(2) each. Prints how many seconds that took. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    char line[100];
    if (argc != 3)
        return 2;
    int fd = open(argv[1], O_WRONLY);
    if (fd < 0) {
        perror(argv[1]);
        return 1;
    }
    memset(line, 'x', sizeof line);
    line[99] = '\n';
    double began = now();
    for (long i = atol(argv[2]); i > 0; i--) {
        if (write(fd, line, sizeof line) != sizeof line) {
            perror("write");
            return 1;
        }
    }
    if (close(fd) != 0) {
        perror("close");
        return 1;
    }
    printf("%.6f\n", now() - began);
    return 0;
}

/*
 * pingpong WRITE READ COUNT: one thread writes a line into one path, another waits for it in a read of the other path,
 * again and again. Prints the microseconds from the write to the end of the read, one a line.
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE 100

static int out;
static long count;
static double came;
static sem_t got;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void *reader(void *unused)
{
    char buffer[4096];
    for (long i = 0; i < count; i++) {
        for (ssize_t have = 0; have < LINE;) {
            ssize_t n = read(out, buffer, sizeof buffer);
            if (n <= 0) {
                perror("read");
                exit(1);
            }
            have += n;
        }
        came = now();
        sem_post(&got);
    }
    return unused;
}

int main(int argc, char **argv)
{
    char line[LINE];
    pthread_t thread;
    if (argc != 4)
        return 2;
    count = atol(argv[3]);
    int in = open(argv[1], O_WRONLY);
    out = open(argv[2], O_RDONLY);
    if (in < 0 || out < 0) {
        perror("open");
        return 1;
    }
    memset(line, 'x', sizeof line);
    line[LINE - 1] = '\n';
    sem_init(&got, 0, 0);
    pthread_create(&thread, NULL, reader, NULL);
    for (long i = 0; i < count; i++) {
        struct timespec pause = {0, 10000000};
        nanosleep(&pause, NULL);
        double began = now();
        if (write(in, line, sizeof line) != sizeof line) {
            perror("write");
            return 1;
        }
        sem_wait(&got);
        printf("%.1f\n", (came - began) * 1e6);
    }
    return 0;
}

/*
 * A file system that does nothing, as a measure of what FUSE itself costs: a directory with any number of files, which
 * take whatever is written and give lines of ten bytes without an end. It serves one file the way dnpipes does, with
 * direct_io, from one thread.
 */
#define FUSE_USE_VERSION 26
#include <errno.h>
#include <fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static long files;
static char content[1 << 20];

static int known(const char *path)
{
    long number;
    char rest;
    return sscanf(path, "/f%ld%c", &number, &rest) == 1 && number >= 0 && number < files;
}

static int null_getattr(const char *path, struct stat *st)
{
    memset(st, 0, sizeof *st);
    if (strcmp(path, "/") == 0) {
        st->st_mode = S_IFDIR | 0755;
        st->st_nlink = 2;
        return 0;
    }
    if (!known(path))
        return -ENOENT;
    st->st_mode = S_IFREG | 0644;
    st->st_nlink = 1;
    st->st_size = 0;
    return 0;
}

static int null_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *fi)
{
    (void) path, (void) offset, (void) fi;
    char name[32];
    for (long i = 0; i < files; i++) {
        snprintf(name, sizeof name, "f%ld", i);
        fill(buffer, name, NULL, 0);
    }
    return 0;
}

static int null_open(const char *path, struct fuse_file_info *fi)
{
    fi->direct_io = 1;
    return known(path) ? 0 : -ENOENT;
}

static int null_read(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *fi)
{
    (void) path, (void) fi;
    if (offset >= (off_t) sizeof content)
        return 0;
    if (size > sizeof content - offset)
        size = sizeof content - offset;
    memcpy(buffer, content + offset, size);
    return (int) size;
}

static int null_write(const char *path, const char *data, size_t size, off_t offset, struct fuse_file_info *fi)
{
    (void) path, (void) data, (void) offset, (void) fi;
    return (int) size;
}

static int null_truncate(const char *path, off_t size)
{
    (void) path, (void) size;
    return 0;
}

static const struct fuse_operations operations = {
    .getattr = null_getattr,
    .readdir = null_readdir,
    .open = null_open,
    .read = null_read,
    .write = null_write,
    .truncate = null_truncate,
};

/* nullfs FILES MOUNTPOINT */
int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    files = atol(argv[1]);
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = i % 10 == 9 ? '\n' : 'x';
    char *arguments[] = {argv[0], "-f", "-s", "-o", "attr_timeout=0,entry_timeout=0,big_writes,max_readahead=0",
                         argv[2], NULL};
    return fuse_main(6, arguments, &operations, NULL);
}
